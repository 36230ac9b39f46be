"""PROPEXO_LOG: what this package logs, on standard error, for those who have no logging set up."""

import logging
import os

from ..errors import InvalidArgument

LOG_VARIABLE = "PROPEXO_LOG"
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO}
_FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


def configure() -> None:
    """Set the package's log level from PROPEXO_LOG, debug or info; do nothing where it is not set.

    Lines go where the application's logging sends them, or to standard error if it has none. Bodies
    and tokens are never logged. Raises `InvalidArgument` for any other value.
    """
    wanted = os.environ.get(LOG_VARIABLE, "").strip().lower()
    if not wanted:
        return
    if wanted not in _LEVELS:
        raise InvalidArgument(f"{LOG_VARIABLE}: set it to debug or info")
    logger = logging.getLogger(__name__.rsplit(".", 2)[0])
    logger.setLevel(_LEVELS[wanted])
    if not logger.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter(_FORMAT))
        logger.addHandler(handler)

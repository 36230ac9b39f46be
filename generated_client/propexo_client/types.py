"""Every type that annotations may need: the groups, their records, the values of their arguments.

from propexo_client.types import Charges, PaymentType
"""

from ._engine.listing import AsyncListing as AsyncListing
from ._engine.listing import Listing as Listing
from ._engine.records import Part as Part
from ._engine.records import Record as Record
from ._generated.exports import *  # noqa: F403
from .credits import AsyncCredits as AsyncCredits  # type: ignore[assignment]
from .credits import Credits as Credits  # type: ignore[assignment]  # what is by hand comes last

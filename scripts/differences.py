"""What the change from one contract to another means to the client, in words."""

from scripts.document.operations import Operations
from scripts.document.reader import Document
from scripts.drift import engine
from scripts.drift.reports import Presentation, text


def describe(base: Document, candidate: Document, wanted: Operations) -> str:
    """Report the drift between two documents, over the operations in `wanted`.

    Raises `DocumentError` if one of them cannot be resolved.
    """
    names = base.source, candidate.source
    report = engine.compare(base.content, candidate.content, wanted, names=names)
    return text.render(Presentation(report, base, candidate))

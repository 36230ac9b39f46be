"""Everything that can be wrong with an input of the pipeline, each with an exit code of its own.

    PipelineError
    ├── ConfigurationError     2   operations.toml, arguments
    ├── GenerationError        3   the generator failed, or left something out
    └── DocumentError
        ├── Unreachable       10   no connection, or no such file
        ├── TimedOut          11
        ├── BadStatus         12   the server responded, but not with 200
        ├── TooLarge          13
        ├── Truncated         14   the connection or the text ended early
        ├── NotADocument      15   HTML, an image: something else altogether
        ├── Malformed         16   neither JSON nor YAML 1.2
        ├── NotOpenAPI        17   readable, but not OpenAPI 3.x
        └── OperationMissing  18   OpenAPI, but without an operation we depend on

Document errors are numbered by how far a document got, so that of several sources the one that came
closest is the one to report.
"""


class PipelineError(Exception):
    """One line that names the file or argument, and says what to do."""

    exit_code = 1


class ConfigurationError(PipelineError):
    """An argument or `operations.toml` is wrong."""

    exit_code = 2


class GenerationError(PipelineError):
    """The client could not be generated."""

    exit_code = 3


class DocumentError(PipelineError):
    """The vendor's document cannot be used."""


class Unreachable(DocumentError):
    """Nothing responded there."""

    exit_code = 10


class TimedOut(DocumentError):
    """The response took too long."""

    exit_code = 11


class BadStatus(DocumentError):
    """The server responded with something other than 200."""

    exit_code = 12


class TooLarge(DocumentError):
    """The document exceeds the size limit."""

    exit_code = 13


class Truncated(DocumentError):
    """The document ends in the middle."""

    exit_code = 14


class NotADocument(DocumentError):
    """The response is a web page or binary data."""

    exit_code = 15


class Malformed(DocumentError):
    """The text is neither JSON nor YAML 1.2."""

    exit_code = 16


class NotOpenAPI(DocumentError):
    """The document is not OpenAPI 3.x."""

    exit_code = 17


class OperationMissing(DocumentError):
    """An operation this project depends on is not in the document."""

    exit_code = 18

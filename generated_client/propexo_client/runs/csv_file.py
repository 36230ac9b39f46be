"""A CSV file of credits, as people and Excel write it: read safely, or refused by name."""

import csv
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from ..errors import InvalidArgument, one_line
from ..journal.shown import plain
from .rows import Problem, Row, checked

COLUMNS = (
    "key",
    "integration_id",
    "lease_id",
    "financial_account_id",
    "transaction_date",
    "description",
)
AMOUNTS = ("amount", "amount_in_cents")

_DELIMITERS = (",", ";", "\t")
_DOLLARS = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(\.\d{1,2})?", re.ASCII)
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BROKEN = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|#+)")
_ENCODING = 'is not UTF-8; save it as "CSV UTF-8"'


class Line(NamedTuple):
    """One line of the file that is not empty: its number, and its cells as they stand there."""

    number: int
    cells: list[str]


class CsvFile:
    """The file at `path`. Opening it reads the header; raises `InvalidArgument` for a wrong one."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        with self._reading() as file:
            first = file.readline()
        if not first.strip():
            raise InvalidArgument(f"{self.name}: is empty; its first line names the columns")
        self.delimiter = max(_DELIMITERS, key=first.count)
        self.line_end = "\r\n" if first.endswith("\r\n") else "\n"
        with self.path.open("rb") as raw:
            self.has_bom = raw.read(3) == b"\xef\xbb\xbf"
        self.header = next(self.lines()).cells
        self.columns = [name.strip().lower() for name in self.header]
        self._check_columns()

    @property
    def name(self) -> str:
        """The name of the file, as messages show it."""
        return self.path.name

    @property
    def unused(self) -> list[str]:
        """Columns that are not part of a credit; they are ignored."""
        return [name for name in self.columns if name not in (*COLUMNS, *AMOUNTS)]

    def lines(self) -> Iterator[Line]:
        """Read every line that is not empty, the header first."""
        with self._reading() as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            try:
                for cells in reader:
                    if any(cell.strip() for cell in cells):
                        yield Line(reader.line_num, cells)
            except csv.Error as error:
                raise InvalidArgument(
                    f"{self.name}:{reader.line_num}: is not CSV: {error}. A quote may be missing"
                ) from None

    def rows(self) -> Iterator[Row | Problem]:
        """Read and check every credit."""
        lines = self.lines()
        next(lines)
        for line in lines:
            yield from self._row(line)

    def _row(self, line: Line) -> Iterator[Row | Problem]:
        place = f"{self.name}:{line.number}"
        if len(line.cells) != len(self.columns):
            counts = f"{len(line.cells)} cells, where the header has {len(self.columns)}"
            yield Problem(place, "line", "", f"{counts}; is a delimiter or a quote missing?")
            return
        cells = {
            name: cell.strip() for name, cell in zip(self.columns, line.cells, strict=True) if name
        }
        credit, problems = self._read(place, cells)
        if problems:
            yield from problems
        else:
            yield checked(line.number, credit, self.name)

    def _read(
        self, place: str, cells: Mapping[str, str]
    ) -> tuple[dict[str, Any], Sequence[Problem]]:
        credit: dict[str, Any] = {}
        problems: list[Problem] = []
        for name in (*COLUMNS, *AMOUNTS):
            if name not in cells:
                continue
            try:
                credit[name] = self._value(name, cells[name])
            except ValueError as error:
                problems.append(Problem(place, name, cells[name], str(error)))
        return credit, problems

    def _value(self, name: str, cell: str) -> Any:
        if not cell:
            raise ValueError("is empty; every column of a credit must be filled")
        if _BROKEN.fullmatch(cell):
            raise ValueError("is an error of the spreadsheet; correct its formula, save it again")
        match name:
            case "amount":
                return read_dollars(cell, decimal_comma=self.delimiter == ";")
            case "amount_in_cents":
                return _cents(cell)
            case "transaction_date":
                return _day(cell)
            case "description":
                return cell
            case _:
                pass
        if _ROUNDED.fullmatch(cell):
            raise ValueError("a spreadsheet has rounded it; format the column as text, enter again")
        return cell

    def _check_columns(self) -> None:
        missing = [name for name in COLUMNS if name not in self.columns]
        amounts = [name for name in AMOUNTS if name in self.columns]
        doubled = sorted({name for name in self.columns if name and self.columns.count(name) > 1})
        if missing:
            known = one_line(plain(", ".join(filter(None, self.columns))))
            raise InvalidArgument(
                f"{self.name}:1: has no column {', '.join(missing)}; it has {known}"
            )
        if len(amounts) != 1:
            raise InvalidArgument(
                f"{self.name}:1: needs one of the columns amount (dollars) and amount_in_cents"
            )
        if doubled:
            raise InvalidArgument(
                f"{self.name}:1: has the column {plain(doubled[0])} more than once"
            )

    @contextmanager
    def _reading(self) -> Generator[TextIO]:
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as file:
                yield file
        except OSError as error:
            raise InvalidArgument(
                f"{self.path}: cannot be read: {error.strerror or error}"
            ) from None
        except UnicodeDecodeError:
            raise InvalidArgument(f"{self.name}: {_ENCODING}") from None


def read_dollars(cell: str, *, decimal_comma: bool = False) -> Decimal:
    """Read an amount such as 1,250.00; raises `ValueError` for what can be read in two ways."""
    if cell.startswith(("-", "(", "+")):
        raise ValueError("pass it without a sign; a credit is positive, and reads back negative")
    found = _DOLLARS.fullmatch(cell)
    if found is None:
        raise ValueError("is not dollars such as 1250.00; at most two decimals")
    if "," in cell and decimal_comma:
        raise ValueError("can be read in two ways in a file with semicolons; write 1250.00")
    return Decimal(found[1].replace(",", "") + (found[2] or ""))


def _cents(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) <= 17):
        raise ValueError("is not whole cents such as 125000, digits only")
    return int(cell)


def _day(cell: str) -> date:
    if not _DAY.fullmatch(cell):
        raise ValueError("is not a day as YYYY-MM-DD; a spreadsheet's own format is not guessed at")
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError("there is no such day") from None

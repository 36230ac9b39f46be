"""Reading a CSV file: Excel's habits are read safely, or refused by name."""

from datetime import date
from pathlib import Path

import pytest

from contract_tests.runs.support import HEADER
from propexo_client import InvalidArgument
from propexo_client.runs import BadRows, CsvFile, Plan, Row
from scripts.support.files import ROOT

QUOTED, DOLLARS = '"1,250.00"', '"$1,250.00"'
GOOD = "invoice-1,intg_1,lease_1,finacct_1,1250.00,2026-01-15,January rent"


def read(tmp_path: Path, content: str | bytes) -> list[Row]:
    path = tmp_path / "january.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    file = CsvFile(path)
    return list(Plan(file.rows(), name=file.name))


def test_a_plain_file_is_read(tmp_path: Path) -> None:
    (row,) = read(tmp_path, f"{HEADER}\n{GOOD}\n")
    assert (row.place, row.key, row.amount_in_cents) == (2, "invoice-1", 125_000)
    assert row.transaction_date == date(2026, 1, 15).isoformat()
    assert row.description == "January rent"


@pytest.mark.parametrize(
    "content",
    [
        f"\ufeff{HEADER}\r\n{GOOD}\r\n",
        f"{HEADER}\n\n{GOOD}\n,,,,,,\n",
        f"{HEADER}\n{GOOD}".replace(",", ";"),
        f"{HEADER}\n{GOOD}".replace(",", "\t"),
        f"{HEADER.upper()}\n{GOOD}",
        f"{HEADER}\n{GOOD.replace('1250.00', QUOTED)}",
        f"{HEADER}\n{GOOD.replace('1250.00', DOLLARS)}",
        f"{HEADER}\n{GOOD.replace('1250.00', ' 1250.0 ')}",
        f"{HEADER.replace('amount', 'amount_in_cents')}\n{GOOD.replace('1250.00', '125000')}",
        f"{HEADER},tenant\n{GOOD},Rivera",
        f"{HEADER},,\n{GOOD},,",
        f"{HEADER}\n{GOOD.replace('January rent', '1E+5')}",
    ],
    ids=[
        "byte order mark and CRLF",
        "empty lines",
        "semicolons",
        "tabs",
        "capitals in the header",
        "commas for thousands",
        "a dollar sign",
        "blanks around an amount",
        "cents",
        "a column of the user's own",
        "columns without a name",
        "a description that looks like a number",
    ],
)
def test_what_excel_makes_of_a_file_is_read_safely(tmp_path: Path, content: str) -> None:
    (row,) = read(tmp_path, content)
    assert (row.key, row.amount_in_cents, row.transaction_date) == (
        "invoice-1",
        125_000,
        "2026-01-15",
    )


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        ("1250.00", "1.250", "amount '1.250': is not dollars"),
        ("1250.00", '"1.250,00"', "amount '1.250,00': is not dollars"),
        ("1250.00", '"12,50"', "amount '12,50': is not dollars"),
        ("1250.00", "-1250.00", "amount '-1250.00': pass it without a sign"),
        ("1250.00", "(1250.00)", "without a sign"),
        ("1250.00", "+1250.00", "without a sign"),
        ("1250.00", "1e3", "amount '1e3': is not dollars"),
        ("1250.00", "١٢٥٠", "is not dollars"),
        ("1250.00", "", "amount: is empty"),
        ("1250.00", "0", "amount '0': must be more than zero"),
        ("2026-01-15", "1/15/2026", "transaction_date '1/15/2026': is not a day as YYYY-MM-DD"),
        ("2026-01-15", "46037", "is not a day as YYYY-MM-DD"),
        ("2026-01-15", "2026-02-30", "there is no such day"),
        ("lease_1", "", "lease_id: is empty"),
        ("lease_1", "le ase", "lease_id 'le ase': ids cannot contain white space"),
        ("lease_1", "1.23E+15", "lease_id '1.23E+15': a spreadsheet has rounded it"),
        ("lease_1", '"1,2e+5"', "lease_id '1,2e+5': a spreadsheet has rounded it"),
        ("invoice-1", "", "key: is empty"),
        ("invoice-1", "rechnung-ü", "key 'rechnung-ü': pass 1 to 255 printable ASCII"),
        ("lease_1", "#N/A", "lease_id '#N/A': is an error of the spreadsheet"),
        ("January rent", "#REF!", "description '#REF!': is an error of the spreadsheet"),
        ("January rent", "Tenant\x92s rent", "contains a line break or another control character"),
        ("January rent", '"January\nrent"', "contains a line break"),
        ("January rent", "January,rent", "8 cells, where the header has 7"),
    ],
)
def test_what_can_be_misread_is_refused_by_line_column_value_and_remedy(
    tmp_path: Path, was: str, now: str, says: str
) -> None:
    with pytest.raises(BadRows, match="nothing was posted") as refused:
        read(tmp_path, f"{HEADER}\n{GOOD.replace(was, now)}\n")
    assert str(refused.value).startswith("january.csv:2:" if "\n" not in now else "january.csv:3:")
    assert says in str(refused.value)


@pytest.mark.parametrize("cents", ["12.50", "-1", "+1", "1e3", "$1", "١٢", "1" * 18])
def test_cents_are_digits_and_nothing_else(tmp_path: Path, cents: str) -> None:
    content = f"{HEADER.replace('amount', 'amount_in_cents')}\n{GOOD.replace('1250.00', cents)}"
    with pytest.raises(BadRows, match="is not whole cents such as 125000, digits only"):
        read(tmp_path, content)


def test_commas_are_ambiguous_in_a_file_with_semicolons(tmp_path: Path) -> None:
    content = f"{HEADER}\n{GOOD}".replace(",", ";").replace("1250.00", "1,250")
    with pytest.raises(BadRows, match="can be read in two ways"):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        (HEADER.replace("lease_id", "lease"), "has no column lease_id; it has key"),
        (HEADER.replace("lease_id", "\x1b[2J"), "it has key, integration_id, \\x1b[2j, financial"),
        ("PK\0\0" * 1000, "it has pk\\x00\\x00pk"),
        (HEADER.replace(",amount", ""), "needs one of the columns amount"),
        (f"{HEADER},amount_in_cents", "needs one of the columns amount"),
        (f"{HEADER},key", "has the column key more than once"),
        (f'{HEADER}\n"{GOOD}', "january.csv:2: is not CSV"),
        (f"{HEADER}\n{GOOD}ü".encode("cp1252"), 'save it as "CSV UTF-8"'),
        (f"{HEADER}\n{GOOD}".encode("utf-16"), 'save it as "CSV UTF-8"'),
    ],
)
def test_a_file_that_is_not_one_of_credits_is_refused_with_the_remedy(
    tmp_path: Path, content: str | bytes, says: str
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        read(tmp_path, content)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 500


def test_the_example_of_the_docs_is_good() -> None:
    file = CsvFile(ROOT / "docs" / "january.csv")
    plan = Plan(file.rows(), name=file.name)
    assert (len(plan), plan.total_in_cents, file.unused) == (6, 177_315, [])


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"missing\.csv: cannot be read: No such file"):
        CsvFile(tmp_path / "missing.csv")


def test_all_bad_rows_are_found_and_the_first_twenty_shown(tmp_path: Path) -> None:
    bad = "\n".join(GOOD.replace("1250.00", "x").replace("lease_1", "") for _ in range(30))
    with pytest.raises(BadRows) as refused:
        read(tmp_path, f"{HEADER}\n{bad}")
    assert len(refused.value.problems) == 60
    assert "... and 40 more\n60 problems; nothing was posted" in str(refused.value)

"""Marks: the codes by which credits are recognized on the ledger, and how texts are compared."""

import pytest

from contract_tests.runs.support import credit
from propexo_client.runs import marks
from propexo_client.runs.rows import Row, checked


@pytest.mark.parametrize(
    ("key", "attempt", "code"),
    [("invoice-1", 1, "G3JD8Z7W"), ("invoice-1", 2, "A4CZDR3N"), ("acme:1001", 10, "CQ93WQNY")],
)
def test_a_code_is_the_same_in_every_version(key: str, attempt: int, code: str) -> None:
    """Codes are not stored, so one that an earlier version has put on the ledger must come out."""
    assert marks.code("jrn_1", key, attempt) == code


def test_codes_differ_by_journal_key_and_attempt() -> None:
    codes = {
        marks.code(journal, key, attempt)
        for journal in ("jrn_1", "jrn_2")
        for key in ("a", "b")
        for attempt in (1, 2, 11)
    }
    assert len(codes) == 12
    assert {len(code) for code in codes} == {8}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (None, set()),
        ("", set()),
        ("Rent [X7M2K9QA]", {"X7M2K9QA"}),
        ("x7m2k9qa: rent, (00000000)", {"X7M2K9QA", "00000000"}),
        ("X7M2K9Q", set()),
        ("X7M2K9QA1", set()),
        ("1X7M2K9QA", set()),
        ("X7M2K9QU", set()),
        ("X7M2K9QA X7M2K9QB", {"X7M2K9QA", "X7M2K9QB"}),
    ],
)
def test_whatever_may_be_a_code_is_found(text: str | None, codes: set[str]) -> None:
    assert marks.codes_in(text) == codes


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (None, ""),
        ("Rent [X7M2K9QA]", "rent"),
        ("[X7M2K9QA] JANUARY   rent", "january rent"),
        ("January[X7M2K9QA]rent", "january rent"),
        ("Straße", "strasse"),
    ],
)
def test_texts_are_compared_without_codes_brackets_case_and_blanks(
    text: str | None, rest: str
) -> None:
    assert marks.without(text) == rest


@pytest.mark.parametrize(
    ("where", "description"), [("start", "[X7M2K9QA] Credit 1"), ("end", "Credit 1 [X7M2K9QA]")]
)
def test_a_request_is_marked_in_its_description_and_nowhere_else(
    where: marks.Where, description: str
) -> None:
    row = checked(1, credit(1))
    assert isinstance(row, Row)
    request = row.request(30)
    changed = marks.marked_request(request, "X7M2K9QA", where)
    assert changed.body == {**request.body, "description": description}
    again = checked(1, credit(1, description=description))
    assert isinstance(again, Row)
    assert changed == again.request(30)

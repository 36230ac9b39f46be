"""A report as text, and as the file that it is about with columns added."""

from pathlib import Path

import pytest

from contract_tests.runs.support import HEADER, Scene, credit, write_csv
from propexo_client import InvalidArgument
from propexo_client.runs import CreditRun, CsvFile
from propexo_client.runs.formats import ADDED, as_csv, as_text, lines
from propexo_client.testing import JobLife

REFUSAL = b'{"error": {"code": "x", "message": "no"}}'


def posted(scene: Scene, path: Path) -> tuple[CsvFile, str]:
    """Post a file; return it and its report as CSV."""
    file = CsvFile(path)
    report = CreditRun(scene.propexo, file, mark="none", in_flight=1).post()
    return file, "".join(as_csv(report, file))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_a_report_as_csv_is_the_file_as_it_was_with_columns_added(
    tmp_path: Path, delimiter: str, end: str, bom: str
) -> None:
    cells = (str(credit(1)[name]) for name in HEADER.split(","))
    header = [*HEADER.split(","), "Tenant"]
    first = delimiter.join([*cells, "Ri vera"])
    path = tmp_path / "january.csv"
    path.write_bytes(f"{bom}{delimiter.join(header)}{end}{end}{first}{end}".encode())
    file, report = posted(Scene(), path)
    added = delimiter.join(["posted", "1", "job_000001", "charge_000001", ""])
    assert report == (
        f"{bom}{delimiter.join([*header, *ADDED])}{end}{first}{delimiter}{added}{end}"
    )
    again = tmp_path / "again.csv"
    again.write_bytes(report.encode())
    assert CsvFile(again).columns[:-5] == file.columns


def test_a_report_of_a_report_has_each_column_once_and_leaves_unknown_keys_empty(
    tmp_path: Path,
) -> None:
    scene = Scene()
    file, report = posted(scene, write_csv(tmp_path / "january.csv", [credit(1)]))
    path = tmp_path / "report.csv"
    path.write_bytes(report.encode() + b"invoice-9,i,l,f,1,2026-01-15,x,posted,1,j,r,\n")
    known = CreditRun(scene.propexo, file, mark="none").post()
    text = "".join(as_csv(known, CsvFile(path)))
    assert text == report + "invoice-9,i,l,f,1,2026-01-15,x,,,,,\n"


def test_a_report_as_text_shows_twenty_of_a_kind_and_says_how_many_there_are() -> None:
    scene = Scene()
    for _ in range(25):
        scene.fake.next_job(JobLife())
        scene.fake.next_job(JobLife(ends="FAILURE", errors=("closed",)))
    report = scene.post([credit(number) for number in range(49)])
    text = "\n".join(as_text(report)[0])
    assert text.count("FAILED:\n  line 2, invoice-1: 12.50 to lease_1 on 2026-01-15") == 1
    assert text.count("\n  line ") == 20
    assert "  ... and 4 more; --report csv has them all" in text
    assert "Stopped early" not in text
    assert "Not known" not in text


def test_a_report_as_text_says_what_could_not_be_read_and_why_it_stopped() -> None:
    scene = Scene()
    scene.fake.respond_next(403, on="list_resident_charges")
    report = scene.post([credit(1)])
    assert (
        "Not known: the ledger could not be read: status 403. Run the file again."
        in as_text(report)[0]
    )
    scene.fake.respond_next(422, REFUSAL, on="POST")
    text = as_text(scene.post([credit(2)]))[0]
    assert any(line.startswith("Stopped early: the first credit was not booked") for line in text)


def test_a_file_is_named_where_its_rows_contradict_each_other(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "january.csv", [credit(1), credit(1, lease_id="lease_2")])
    with pytest.raises(InvalidArgument, match=r"^january\.csv:3: key 'invoice-1': belongs to"):
        CreditRun(Scene().propexo, CsvFile(path), mark="none")


def test_text_is_what_a_report_is_written_as_by_default(tmp_path: Path) -> None:
    scene = Scene()
    file, table = posted(scene, write_csv(tmp_path / "january.csv", [credit(1)]))
    report = CreditRun(scene.propexo, file, mark="none").post()
    assert "".join(lines(report, file, "csv")) == table
    assert next(lines(report, file, "json")).startswith("{")
    assert next(lines(report, file, "text")).startswith("STATE ")

"""`make audit`: what is known is named, and silence of the database is not taken for peace."""

import json
from pathlib import Path

import pytest

from contract_tests.loopback import Response, serving
from scripts import audit

pytestmark = pytest.mark.slow

LOCK = "".join(f"{pin} --hash=sha256:{'0' * 64}\n" for pin in ("attrs==26.1.0", "httpx==0.28.1"))
KNOWN = {
    "vulns": [
        {
            "id": "PYSEC-2026-1",
            "summary": "made up",
            "affected": [
                {
                    "package": {"name": "attrs", "ecosystem": "PyPI"},
                    "ranges": [
                        {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.0"}]}
                    ],
                    "versions": ["26.1.0"],
                }
            ],
        }
    ]
}


@pytest.mark.parametrize(
    ("response", "code", "says"),
    [
        (Response(b"{}"), 0, "nothing is known against 2 packages"),
        (Response(json.dumps(KNOWN).encode()), 1, "attrs 26.1.0: PYSEC-2026-1; fixed in 99.0"),
        (Response(b"", status=503), 4, "did not respond"),
        (Response(b"<html>"), 4, "did not respond"),
    ],
    ids=["nothing", "something", "unavailable", "nonsense"],
)
def test_what_the_database_says_is_reported(
    response: Response, code: int, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK)
    with serving({"/v1/query": response}) as url:
        assert audit.main(["--lock", str(lock), "--url", f"{url}/v1/query"]) == code
    printed = capsys.readouterr()
    assert says in printed.out + printed.err
    assert len((printed.out + printed.err).strip().splitlines()) <= 2


def test_a_database_out_of_reach_is_one_clear_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK)
    assert audit.main(["--lock", str(lock), "--url", "http://127.0.0.1:9/v1/query"]) == 4
    assert len(capsys.readouterr().err.strip().splitlines()) == 1

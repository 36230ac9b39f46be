"""What the client sends and reads lowers a finding as far as the table says, and drops none."""

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.tiny import TEXT, WHOLE, Json
from scripts.document.operations import Client, Operation, Operations
from scripts.drift import Finding, compare

OPEN = Client(open_enums=True, keeps_extras=True)
STATES = {"type": "string", "enum": ["A", "B"]}
MORE_STATES = {"type": "string", "enum": ["A", "B", "C"]}
NULL = {"type": ["string", "null"]}
SCHEMES = {"bearerAuth": {"type": "http", "scheme": "bearer"}}
PARENT = tiny.closed("a", "b", required=("a",))


def wanted(sends: list[str] | None, reads: list[str] | None, client: Client = OPEN) -> Operations:
    used = Operation(
        "post", "/things/",
        sends=None if sends is None else tuple(sends),
        reads=None if reads is None else tuple(reads),
    )  # fmt: skip
    return Operations((used,), client=client)


def finding(base: Json, candidate: Json, used: Operations) -> Finding:
    findings = compare(base, candidate, used).findings
    assert len(findings) == 1
    return findings[0]


def sent(base: Json, candidate: Json, *sends: str) -> str:
    used = wanted(list(sends), [])
    return str(
        finding(tiny.document(request=base), tiny.document(request=candidate), used).client_severity
    )


def read(
    base: Json, candidate: Json, *reads: str, client: Client = OPEN, side: str = "response"
) -> str:
    used = wanted([], list(reads), client)
    return str(
        finding(
            tiny.document(**{side: base}), tiny.document(**{side: candidate}), used
        ).client_severity
    )


@pytest.mark.parametrize(
    ("base", "candidate", "sends", "severity"),
    [
        (PARENT, tiny.closed("b"), ["body.field.a"], "breaking"),
        (PARENT, tiny.closed("b"), ["body.field.b"], "compatible"),
        (PARENT, tiny.closed("a", "b", "c", required=("a", "c")), ["body.field.c"], "compatible"),
        (PARENT, tiny.closed("a", "b", "c", required=("a", "c")), ["body.field.c?"], "breaking"),
        (PARENT, tiny.closed("a", "b", "c", required=("a", "c")), [], "breaking"),
        (PARENT, tiny.closed("a", "b", required=("a", "b")), ["body.field.b"], "compatible"),
        (PARENT, tiny.closed("a", "b", required=("a", "b")), ["body.field.a"], "breaking"),
        (MORE_STATES, STATES, ["body.field"], "breaking"),
        (MORE_STATES, STATES, ["body.field=A|B"], "compatible"),
        (MORE_STATES, STATES, ["body.field=A|C"], "breaking"),
        (TEXT, STATES, ["body.field=A"], "compatible"),
        (TEXT, TEXT | {"maxLength": 3}, ["body.field=four"], "breaking"),
        (TEXT, TEXT | {"maxLength": 3}, ["body.field=two"], "compatible"),
        (WHOLE, WHOLE | {"maximum": 3}, ["body.field=2"], "compatible"),
        (NULL, TEXT, ["body.field"], "breaking"),
        (NULL, TEXT, [], "compatible"),
        (TEXT, WHOLE, ["body.field"], "breaking"),
        (WHOLE | {"default": 1}, WHOLE | {"default": 2}, ["body.field"], "compatible"),
        (WHOLE | {"default": 1}, WHOLE | {"default": 2}, ["body.field?"], "warning"),
        (WHOLE | {"default": 1}, WHOLE | {"default": 2}, [], "warning"),
    ],
)  # fmt: skip
def test_what_is_sent_decides_over_requests(
    base: Json, candidate: Json, sends: list[str], severity: str
) -> None:
    assert sent(base, candidate, *sends) == severity


@pytest.mark.parametrize(
    ("base", "candidate", "reads", "severity"),
    [
        (PARENT, tiny.closed("b"), ["200.field.a"], "breaking"),
        (PARENT, tiny.closed("b"), ["200.field.a?"], "breaking"),
        (PARENT, tiny.closed("b"), ["200.field.b"], "compatible"),
        (PARENT, tiny.closed("b"), ["200.field"], "compatible"),
        (PARENT, tiny.closed("b"), ["400.field.a"], "compatible"),
        (PARENT, tiny.closed("a", "b"), ["200.field.a"], "breaking"),
        (PARENT, tiny.closed("a", "b"), ["200.field.a?"], "compatible"),
        (PARENT, WHOLE, ["200.field.a"], "breaking"),
        (TEXT, NULL, ["200.field"], "breaking"),
        (TEXT, NULL, ["200.field?"], "compatible"),
        (
            PARENT,
            PARENT | {"type": ["object", "null"]},
            ["200.field?", "200.field.a"],
            "compatible",
        ),
        (PARENT, PARENT | {"type": ["object", "null"]}, ["200.field.a?"], "breaking"),
        (STATES, MORE_STATES, ["200.field"], "warning"),
        (STATES, MORE_STATES, [], "compatible"),
        (TEXT, WHOLE, [], "compatible"),
        (WHOLE | {"minimum": 1}, WHOLE, ["200.field"], "warning"),
        (WHOLE | {"minimum": 1}, WHOLE, [], "compatible"),
    ],
)
def test_what_is_read_decides_over_responses(
    base: Json, candidate: Json, reads: list[str], severity: str
) -> None:
    assert read(base, candidate, *reads) == severity


def test_a_closed_list_of_values_stays_breaking() -> None:
    assert read(STATES, MORE_STATES, "200.field", client=Client()) == "breaking"


def test_a_client_with_unknown_usage_uses_everything() -> None:
    assert (
        str(
            finding(
                tiny.document(request=PARENT),
                tiny.document(request=tiny.closed("b")),
                wanted(None, None),
            ).client_severity
        )
        == "breaking"
    )


def test_elements_of_lists_are_matched() -> None:
    base, candidate = (
        {"type": "array", "items": tiny.closed(*names)} for names in (("a", "b"), ("b",))
    )
    assert read(base, candidate, "200.field[].b") == "compatible"
    assert read(base, candidate, "200.field[].a") == "warning"


@pytest.mark.parametrize("hundred", "12345")
def test_what_is_read_of_a_status_matches_a_range_of_statuses(hundred: str) -> None:
    base, candidate = tiny.document(error=TEXT), tiny.document(error=WHOLE)
    for document in (base, candidate):
        responses = tiny.operation(document)["responses"]
        responses[f"{hundred}XX"] = responses.pop("400")
    for used, severity in ((f"{hundred}03.field", "breaking"), ("903.field", "compatible")):
        assert str(finding(base, candidate, wanted([], [used])).client_severity) == severity


def test_what_is_read_of_a_status_matches_the_default() -> None:
    base, candidate = tiny.document(error=TEXT), tiny.document(error=WHOLE)
    for document in (base, candidate):
        responses = tiny.operation(document)["responses"]
        responses["default"] = responses.pop("400")
    for used, severity in (("503.field", "breaking"), ("503.other", "compatible")):
        assert str(finding(base, candidate, wanted([], [used])).client_severity) == severity


def test_a_finding_in_several_places_is_used_if_one_of_them_is() -> None:
    thing = {"$ref": "#/components/schemas/Thing"}
    field = {"type": "object", "properties": {"first": thing, "second": thing}}
    base, candidate = (
        tiny.document(
            response=field,
            components={"schemas": {"Thing": tiny.closed(x=kind)}, "securitySchemes": SCHEMES},
        )
        for kind in (WHOLE, TEXT)
    )
    for used in ("first", "second"):
        found = finding(base, candidate, wanted([], [f"200.field.{used}.x"]))
        assert (found.used, str(found.client_severity)) == (True, "breaking")
    assert not finding(base, candidate, wanted([], ["200.field.third.x"])).used


def test_a_lowered_finding_says_so_and_keeps_its_contract_severity() -> None:
    found = finding(
        tiny.document(TEXT, PARENT), tiny.document(TEXT, tiny.closed("b")), wanted([], [])
    )
    assert str(found.contract_severity) == "breaking"
    assert not found.used
    assert "Lowered from breaking: not used by this client." in found.why


def test_a_server_we_do_not_use_may_go() -> None:
    base, candidate = tiny.document(), tiny.document(servers=[{"url": "https://other.example.com"}])
    for servers, severity in (
        (("https://api.example.com/",), "breaking"),
        (("https://eu.example.com",), "compatible"),
    ):
        findings = compare(base, candidate, wanted([], [], Client(servers=servers))).findings
        assert str(findings[0].client_severity) == severity
    assert str(compare(base, candidate, wanted([], [])).contract_verdict) == "breaking"


def test_a_body_is_always_sent_if_anything_in_it_is() -> None:
    candidate = tiny.document()
    tiny.operation(candidate)["requestBody"]["required"] = True
    for sends, severity in (
        (["body.field"], "compatible"),
        (["body.field", "body.other?"], "compatible"),
        (["body.field?"], "breaking"),
    ):
        found = finding(tiny.document(), candidate, wanted(sends, []))
        assert str(found.client_severity) == severity


def test_money_comes_first_among_what_was_lowered() -> None:
    base = tiny.document(response=tiny.closed("aaa", "amount_in_cents", "zzz"))
    candidate = tiny.document(response=tiny.closed())
    findings = compare(base, candidate, wanted([], [])).findings
    assert findings[0].fields == ("200.field.amount_in_cents",)


THINGS = {"type": "array", "items": tiny.closed("id", "name", required=("id",))}
NEEDED = {"type": "array", "items": tiny.closed("id", "name", required=("id", "name"))}
FEWER = {"type": "array", "items": tiny.closed("id", required=("id",))}


def things(rows: Json, *names: str) -> Json:
    """Return a document that lists things, of a method that takes `names`."""
    document = tiny.document()
    node = tiny.operation(document)
    node["parameters"] = [{"in": "query", "name": name, "schema": TEXT} for name in names]
    media = node["responses"]["200"]["content"]["application/json"]
    media["schema"] = {"type": "object", "properties": {"results": rows}}
    return document


def names_removed(base: Json, candidate: Json) -> dict[str, str]:
    used = Operation("post", "/things/", public="things.list", record="Thing")
    findings = compare(base, candidate, Operations((used,))).findings
    return {
        str(found.first.before): str(found.client_severity)
        for found in findings
        if found.rule == "public-name-removed"
    }


def test_a_name_that_users_call_is_a_finding_of_its_own() -> None:
    base = things(THINGS, "colour")
    assert names_removed(base, things(FEWER, "colour")) == {"Thing.name": "warning"}
    assert names_removed(base, things(THINGS)) == {"things.list(colour=)": "warning"}
    assert names_removed(base, tiny.document(paths={})) == {"things.list()": "warning"}
    assert names_removed(things(NEEDED), things(FEWER)) == {"Thing.name": "warning"}
    assert names_removed(base, base) == {}
    assert names_removed(things(FEWER), base) == {}


def test_a_name_that_nobody_calls_is_no_finding_of_its_own() -> None:
    findings = compare(things(THINGS), things(FEWER), wanted(None, None)).findings
    assert [found.rule for found in findings] == ["optional-property-removed"]


def test_listed_values_that_become_a_hint_are_a_warning_to_an_open_client() -> None:
    hint = {"anyOf": [TEXT, STATES]}
    assert read(STATES, hint, "200.field") == "warning"
    assert read(STATES, hint, "200.field", client=Client()) == "breaking"


@pytest.mark.parametrize("keeps_extras", [True, False])
def test_a_new_field_of_a_closed_object_is_harmless_to_a_client_that_keeps_extras(
    keeps_extras: bool,
) -> None:
    base, candidate = (tiny.closed(*names) | tiny.CLOSED for names in ("a", "ab"))
    expected = "compatible" if keeps_extras else "warning"
    client = Client(keeps_extras=keeps_extras)
    assert read(base, candidate, "200.field.b", client=client) == expected

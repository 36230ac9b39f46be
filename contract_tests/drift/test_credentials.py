"""Which changes of security leave the credentials of a request without effect."""
# ruff: noqa: E501 (tables: one row, one line)

from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.drift import tiny
from contract_tests.drift.test_operation_truth import report_of
from contract_tests.drift.tiny import Json


def scheme(**keywords: Any) -> Callable[[Json], None]:
    return lambda d: d["components"]["securitySchemes"]["bearerAuth"].update(keywords)


def oauth(needed: list[str], **scopes: str) -> Callable[[Json], None]:
    flow = {
        "authorizationUrl": "https://a.example",
        "tokenUrl": "https://t.example",
        "scopes": scopes,
    }
    described = {"type": "oauth2", "flows": {"authorizationCode": flow}}

    def apply(document: Json) -> None:
        document["components"]["securitySchemes"]["bearerAuth"] = described
        tiny.operation(document)["security"] = [{"bearerAuth": needed}]

    return apply


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        (oauth(["read"], read="Read"), lambda d: tiny.operation(d).update(security=[]), "security-loosened"),
        (oauth(["read", "write"], read="", write=""), oauth(["read"], read="", write=""), "security-loosened"),
        (oauth(["read"], read="", write=""), oauth(["read", "write"], read="", write=""), "security-changed"),
        (oauth(["read"], read="Read"), oauth(["read"], read="Reads all", write="Write"), "text-or-layout-changed"),
        (oauth(["read"], read="Read", write="W"), oauth(["read"], read="Read"), "text-or-layout-changed"),
        (lambda d: tiny.operation(d).update(security=[]), scheme(scheme="basic"), None),
        (lambda d: tiny.operation(d).update(security=[]), lambda d: tiny.operation(d).update(security=[{"bearerAuth": []}]), "security-changed"),
        (oauth(["read"], read=""), scheme(type="http", scheme="basic", flows=None), "security-changed"),
    ],
)  # fmt: skip
def test_security_alarms_only_where_credentials_no_longer_do(
    before: Callable[[Json], None], after: Callable[[Json], None], rule: str | None
) -> None:
    assert [f.rule for f in report_of(after, before).findings] == ([rule] if rule else [])


def api_key(place: str, name: str) -> Callable[[Json], None]:
    return scheme(type="apiKey", name=name, **{"in": place})


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (scheme(scheme="bearer"), scheme(scheme="Bearer"), False),
        (api_key("header", "X-Key"), api_key("header", "x-key"), False),
        (api_key("header", "X-Key"), api_key("header", "X-Token"), True),
        (api_key("header", "key"), api_key("query", "key"), True),
        (api_key("query", "key"), api_key("query", "Key"), True),
        (api_key("query", "key"), api_key("query", "key"), False),
    ],
)
def test_what_names_a_credential_is_compared_as_it_is_sent(
    before: Callable[[Json], None], after: Callable[[Json], None], changes: bool
) -> None:
    found = {f.rule for f in report_of(after, before).findings}
    assert found <= {"security-changed", "text-or-layout-changed"}
    assert ("security-changed" in found) is changes


def test_a_scheme_of_another_kind_is_compared_by_all_but_its_description() -> None:
    def at(url: str, description: str) -> Callable[[Json], None]:
        described = {"type": "openIdConnect", "openIdConnectUrl": url, "description": description}
        return lambda d: d["components"]["securitySchemes"].update(bearerAuth=described)

    (finding,) = report_of(at("https://a.example", "old"), at("https://b.example", "old")).findings
    assert finding.rule == "security-changed"
    (finding,) = report_of(at("https://a.example", "old"), at("https://a.example", "new")).findings
    assert finding.rule == "text-or-layout-changed"


def test_alternatives_of_credentials_are_shown_as_they_are_needed() -> None:
    def needs(*requirements: Json) -> Callable[[Json], None]:
        def apply(document: Json) -> None:
            document["components"]["securitySchemes"]["key"] = {
                "type": "apiKey", "in": "header", "name": "X-Key",
            }  # fmt: skip
            tiny.operation(document)["security"] = list(requirements)

        return apply

    both: Json = {"bearerAuth": [], "key": []}
    (finding,) = report_of(needs(both), needs({}, {"bearerAuth": []})).findings
    assert (finding.rule, finding.first.before, finding.first.after) == (
        "security-changed",
        ["http bearer", "none"],
        ["apiKey header x-key and http bearer"],
    )


def test_security_says_what_changed_where_kind_and_scopes_did_not() -> None:
    def token_at(url: str) -> Callable[[Json], None]:
        flow = {"tokenUrl": url, "scopes": {}}
        return scheme(type="oauth2", flows={"clientCredentials": flow})

    (finding,) = report_of(token_at("https://b.example"), token_at("https://a.example")).findings
    assert finding.rule == "security-changed"
    assert "The OAuth flows changed." in finding.explanation

"""Further changes to the vendor's document, for the contract suite alone to judge.

The catalogue is shared with drift. These are what a suite that generates is most easily wrong
about: compositions, conditions, ranges of statuses, other operations than the credit.
"""

# ruff: noqa: E501 (tables: one row, one line)

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.scoreboard.places import (
    CREDIT_PATH,
    Document,
    add,
    become,
    credit,
    drop,
    error,
    field,
    meta,
    move,
    nullable,
    relax,
    rename,
    resolve,
    response,
    result,
    schema,
    sent,
    status,
    written,
)

Find = Callable[[Document], Document]
Apply = Callable[[Document], object]

AMOUNT = "amount_in_cents"
CREDIT, STATUS, RETRY = "create_resident_credit", "get_write_status", "retry_write"
LIST, GET = "list_resident_charges", "get_resident_charge"


@dataclass(frozen=True)
class Change:
    """One change, and the operations whose responses it may touch."""

    text: str
    apply: Apply
    read: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


def operation(path: str, method: str) -> Find:
    """Return a function that finds an operation."""
    return lambda document: document["paths"][path][method]


charges = operation("/v1/resident-charges/", "get")
payment = operation("/v1/resident-payments/rentvine/", "post")
schedule = operation("/v1/recurring-resident-charges/rentvine/", "post")
charge = operation("/v1/resident-charges/rentvine/", "post")
retry = operation("/v1/admin/retry-write/{root_job_id}", "post")


def body(find: Find, name: str) -> Find:
    """Return a function that finds a field of a request."""
    return lambda d: schema(d, find(d)["requestBody"])["properties"][name]


def ok(find: Find) -> Find:
    """Return a function that finds the schema of a success."""
    return lambda d: schema(d, find(d)["responses"]["200"])


def row(document: Document) -> Document:
    """Return the schema of one charge in a list."""
    return resolve(document, ok(charges)(document)["properties"]["results"]["items"])


def failure(document: Document) -> Document:
    """Return the schema of what an error says."""
    return error(document)["properties"]["error"]


def state(document: Document) -> Document:
    """Return the schema of a job's status."""
    return resolve(document, written(document)["properties"]["write_status"])


def parameter(find: Find, name: str) -> Find:
    """Return a function that finds a parameter."""
    return lambda d: next(each for each in find(d)["parameters"] if each["name"] == name)


def update(find: Find, **keywords: Any) -> Apply:
    """Add keywords to a node."""
    return lambda d: find(d).update(copy.deepcopy(keywords))


def condition(**keywords: Any) -> Apply:
    """Add an optional field to the credit, and a condition."""

    def apply(document: Document) -> None:
        add(sent(document), "reference_number", {"type": "string"})
        sent(document).update({key.rstrip("_"): value for key, value in keywords.items()})

    return apply


def demand(where: str, name: str, *, required: bool) -> Apply:
    """Add a parameter to the credit."""
    given = {"in": where, "name": name, "required": required, "schema": {"type": "string"}}
    return lambda d: credit(d).setdefault("parameters", []).append(given)


def content(reference: str = "errorResponse", **inline: Any) -> dict[str, Any]:
    """Make the content of a response."""
    return {"application/json": {"schema": inline or {"$ref": f"#/components/schemas/{reference}"}}}


def document_status(*statuses: str, body: dict[str, Any] | None = None) -> Apply:
    """Document further statuses of every operation."""

    def apply(document: Document) -> None:
        for item in document["paths"].values():
            for details in item.values():
                for each in statuses:
                    details["responses"][each] = {
                        "description": "x",
                        **({"content": body} if body else {}),
                    }

    return apply


def split(find: Find) -> Apply:
    """Say the same of an object in two parts."""

    def apply(document: Document) -> None:
        old = copy.deepcopy(find(document))
        names = list(old["properties"])
        parts = [
            {
                "type": "object",
                "properties": {name: old["properties"][name] for name in some},
                "required": [name for name in old["required"] if name in some],
            }
            for some in (names[::2], names[1::2])
        ]
        become(find(document), allOf=parts)

    return apply


def wrap(find: Find, keyword: str, *others: Document) -> Apply:
    """Make a schema one alternative, among `others`."""

    def apply(document: Document) -> None:
        old = copy.deepcopy(find(document))
        become(find(document), **{keyword: [old, *others]})

    return apply


def secure(*alternatives: dict[str, list[str]]) -> Apply:
    """Replace the authentication of the credit."""

    def apply(document: Document) -> None:
        scheme = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
        document["components"]["securitySchemes"]["key"] = scheme
        credit(document)["security"] = list(alternatives)

    return apply


def extract(kind: str, owner: Find, key: str | int) -> Apply:
    """Move a body or response into a component."""

    def apply(document: Document) -> None:
        node = owner(document)
        document["components"].setdefault(kind, {})["Extracted"] = node[key]
        node[key] = {"$ref": f"#/components/{kind}/Extracted"}

    return apply


def form(name: str) -> Document:
    """Make another form of a body."""
    return {"type": "object", "properties": {name: {"type": "array"}}, "required": [name]}


HARMFUL_TO_REQUESTS = (
    Change("amount at least 100", update(field(AMOUNT), minimum=100)),
    Change("amount a multiple of 5", update(field(AMOUNT), multipleOf=5)),
    Change("amount at most 2^31 - 1", update(field(AMOUNT), maximum=2**31 - 1)),
    Change("description at least 10 letters", update(field("description"), minLength=10)),
    Change("description in ASCII", update(field("description"), pattern="^[ -~]*$")),
    Change("description one of a list", update(field("description"), enum=["RENT", "PARKING"])),
    Change("lease_id of a pattern", update(field("lease_id"), pattern="^c[a-z0-9]{24}$")),
    Change("integration_id a constant", update(field("integration_id"), const="intg_1")),
    Change("another required field in an allOf", update(sent, allOf=[{"properties": {"unit_id": {"type": "string"}}, "required": ["unit_id"]}])),
    Change("a required field if the amount is large", condition(if_={"properties": {AMOUNT: {"minimum": 100_000}}}, then={"required": ["reference_number"]})),
    Change("a required field if there is a lease", condition(if_={"required": ["lease_id"]}, then={"required": ["reference_number"]})),
    Change("a field that description depends on", condition(dependentRequired={"description": ["reference_number"]})),
    Change("never a description", update(sent, **{"not": {"required": ["description"]}})),
    Change("a list of credits", lambda d: become(sent(d), type="array", items=copy.deepcopy(sent(d)))),
    Change("one of two other forms", lambda d: become(sent(d), oneOf=[form("a"), form("b")])),
    Change("one of two forms that are alike", lambda d: become(sent(d), oneOf=[copy.deepcopy(sent(d))] * 2)),
    Change("at most 5 fields", update(sent, maxProperties=5)),
    Change("names without underscores", update(sent, propertyNames={"pattern": "^[a-zA-Z]*$"})),
    Change("no body", lambda d: credit(d).pop("requestBody")),
    Change("a second credential", secure({"bearerAuth": [], "key": []})),
    Change("a required cookie", demand("cookie", "session", required=True)),
    Change("the filter lease_id gone", lambda d: charges(d)["parameters"].remove(parameter(charges, "lease_id")(d))),
    Change("at most 50 rows a page", lambda d: parameter(charges, "limit")(d)["schema"].update(maximum=50)),
    Change("newest first only", lambda d: parameter(charges, "order-by")(d)["schema"].update(enum=["created_at:desc"])),
    Change("order-by renamed", update(parameter(charges, "order-by"), name="order_by")),
    Change("the filter integration_vendor one of fewer", update(parameter(charges, "integration_vendor"), schema={"type": "string", "enum": ["BUILDIUM"]})),
    Change("payment_type loses ACH", lambda d: body(payment, "payment_type")(d)["enum"].remove("ACH")),
    Change("day_due at most 28", update(body(schedule, "day_due"), maximum=28)),
    Change("frequency_raw at most 12", update(body(schedule, "frequency_raw"), maximum=12)),
    Change("end_date gone", lambda d: schema(d, schedule(d)["requestBody"])["properties"].pop("end_date")),
    Change("a charge's date a moment", update(body(charge, "transaction_date"), format="date-time")),
    Change("a job id of at most 30 letters", lambda d: status(d)["parameters"][0]["schema"].update(maxLength=30)),
    Change("production elsewhere", lambda d: d["servers"][0].update(url="https://api.propexo.io")),
)  # fmt: skip

HARMFUL_TO_RESPONSES = (
    Change("200 without a body", lambda d: credit(d)["responses"]["200"].pop("content"), (CREDIT,)),
    Change("202 beside 200, without a job", lambda d: credit(d)["responses"].update({"202": {"description": "x", "content": content(type="object", properties={"queued": {"type": "boolean"}})}}), (CREDIT,)),
    Change("204 beside 200", lambda d: credit(d)["responses"].update({"204": {"description": "x"}}), (CREDIT,)),
    Change("anything at all", lambda d: become(response(d)), (CREDIT,)),
    Change("result without lease_id", lambda d: drop(result(d), "lease_id")),
    Change("400 without a body", lambda d: credit(d)["responses"]["400"].pop("content"), (CREDIT,)),
    Change("400 of another media type", lambda d: move(credit(d)["responses"]["400"]["content"], "application/json", "application/problem+json")),
    Change("an error is a text", lambda d: become(failure(d), type="string"), (CREDIT,)),
    Change("an error of a second form", wrap(error, "anyOf", form("faults")), (CREDIT,)),
    Change("a list wrapped in data", lambda d: become(ok(charges)(d), type="object", properties={"data": copy.deepcopy(ok(charges)(d))}, required=["data"]), (LIST,)),
    Change("results by their id", lambda d: ok(charges)(d)["properties"].update(results={"type": "object", "additionalProperties": ok(charges)(d)["properties"]["results"]["items"]}), (LIST,)),
    Change("results may be null", lambda d: nullable(ok(charges)(d)["properties"]["results"]), (LIST,)),
    Change("a row's id renamed", lambda d: rename(row(d), "id", "charge_id")),
    Change("a row's amount a text", lambda d: become(row(d)["properties"][AMOUNT], type="string")),
    Change("a row without description", lambda d: drop(row(d), "description")),
    Change("a retry's job id renamed", lambda d: rename(ok(retry)(d), "job_id", "retry_job_id"), (RETRY,)),
    Change("a status may be null", lambda d: written(d)["properties"].update(write_status={"anyOf": [written(d)["properties"]["write_status"], {"type": "null"}]}), (STATUS,)),
)  # fmt: skip

HARMLESS = (
    Change("the credit in two parts", split(sent)),
    Change("the credit's response in two parts", split(response), (CREDIT,)),
    Change("an error in two parts", split(failure), (CREDIT, STATUS)),
    Change("a row in two parts", split(row), (GET,)),
    Change("a status in two parts", split(written), (STATUS,)),
    Change("a second form of the credit", wrap(sent, "oneOf", form("batch"))),
    Change("the credit as the only alternative", wrap(sent, "anyOf")),
    Change("an error as the only alternative", wrap(error, "oneOf"), (CREDIT,)),
    Change("never a field that is not sent", update(sent, **{"not": {"required": ["never_sent"]}})),
    Change("a condition on a field that is not sent", condition(if_={"required": ["reference_number"]}, then={"required": ["notes"]})),
    Change("a day by format, not by pattern", lambda d: field("transaction_date")(d)["anyOf"].__setitem__(1, {"type": "string", "format": "date"})),
    Change("any text as a date", lambda d: become(field("transaction_date")(d), type="string")),
    Change("lease_id may be null", lambda d: nullable(field("lease_id")(d))),
    Change("description at least one letter", update(field("description"), minLength=1)),
    Change("amount of format int64", update(field(AMOUNT), format="int64")),
    Change("other fields welcome", update(sent, additionalProperties=True)),
    Change("payment_type gains ZELLE", lambda d: body(payment, "payment_type")(d)["enum"].append("ZELLE")),
    Change("up to 500 rows a page", lambda d: parameter(charges, "limit")(d)["schema"].update(maximum=500)),
    Change("an optional header", demand("header", "Idempotency-Key", required=False)),
    Change("an optional cookie", demand("cookie", "session", required=False)),
    Change("another credential, or", secure({"bearerAuth": []}, {"key": []})),
    Change("forms as well as JSON", lambda d: credit(d)["requestBody"]["content"].update({"application/x-www-form-urlencoded": {"schema": {"type": "object"}}})),
    Change("429", document_status("429"), (CREDIT, STATUS, GET)),
    Change("429 with the error body", document_status("429", body=content()), (CREDIT, STATUS, GET)),
    Change("429 with another body", document_status("429", body=content(type="object", properties={"message": {"type": "string"}})), (CREDIT, STATUS, GET)),
    Change("401, 403, 404 with the error body", document_status("401", "403", "404", body=content()), (CREDIT, STATUS, GET)),
    Change("500 and 503", document_status("500", "503", body=content()), (CREDIT, STATUS, GET)),
    Change("4XX", document_status("4XX", body=content()), (CREDIT, STATUS, GET)),
    Change("5XX", document_status("5XX"), (CREDIT, STATUS, GET)),
    Change("a default", document_status("default"), (CREDIT, STATUS, GET)),
    Change("a default with the error body", document_status("default", body=content()), (CREDIT, STATUS, GET)),
    Change("503 in HTML", document_status("503", body={"text/html": {"schema": {"type": "string"}}}), (CREDIT, STATUS, GET)),
    Change("2XX in place of 200", lambda d: move(credit(d)["responses"], "200", "2XX"), (CREDIT,)),
    Change("a required header of the response", lambda d: credit(d)["responses"]["200"].update(headers={"x-ratelimit-remaining": {"required": True, "schema": {"type": "integer"}}}), (CREDIT,)),
    Change("another required field of the response", lambda d: add(response(d), "request_id", {"type": "string"}, required=True), (CREDIT,)),
    Change("another required field of a row", lambda d: add(row(d), "ledger_id", {"type": "string"}, required=True), (GET,)),
    Change("a job id of a pattern", update(lambda d: meta(d)["properties"]["job_id"], pattern="^c[a-z0-9]+$", minLength=10), (CREDIT,)),
    Change("last_seen never null", lambda d: row(d)["properties"]["last_seen"].update(type="string"), (GET,)),
    Change("created_at may be null", lambda d: nullable(row(d)["properties"]["created_at"]), (GET,)),
    Change("message optional", lambda d: relax(failure(d), "message"), (CREDIT,)),
    Change("another vendor", lambda d: d["components"]["schemas"]["Enum1"]["enum"].append("YARDI"), (GET,)),
    Change("one status less", lambda d: state(d)["enum"].remove("PARTIAL_SUCCESS"), (STATUS,)),
    Change("body by reference", extract("requestBodies", credit, "requestBody")),
    Change("response by reference", extract("responses", lambda d: credit(d)["responses"], "200"), (CREDIT,)),
    Change("parameter by reference", extract("parameters", lambda d: charges(d)["parameters"], 0)),
    Change("parameters of the path", lambda d: d["paths"]["/v1/admin/write-status/{root_job_id}"].update(parameters=status(d).pop("parameters")), (STATUS,)),
    Change("another method of the path", lambda d: d["paths"][CREDIT_PATH].update(get={"responses": {"200": {"description": "x"}}})),
)  # fmt: skip

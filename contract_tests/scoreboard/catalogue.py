"""Single changes to the vendor's document, each with its expected verdict: the measure of every check.

`harmful` changes must be noticed, `harmless` ones must not, `grey` ones are a matter of policy. Each
changes only the credit POST, the write status, or what these share with others.
"""

# ruff: noqa: E501 (tables: one row, one line)

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from contract_tests.scoreboard.places import (
    CREDIT_PATH,
    STATUS_PATH,
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
    sent,
    status,
    written,
)

Kind = Literal["harmful", "grey", "harmless"]


@dataclass(frozen=True)
class Mutation:
    """One change. `expected` is its severity for a client that uses everything."""

    id: str
    text: str
    kind: Kind
    expected: str
    apply: Callable[[Document], object]


def _media(node: Callable[[Document], Document], new: str) -> Callable[[Document], None]:
    return lambda d: move(node(d)["content"], "application/json", new)


def _scheme(**scheme: str) -> Callable[[Document], None]:
    return lambda d: become(d["components"]["securitySchemes"]["bearerAuth"], **scheme)


def _keep_branch(index: int) -> Callable[[Document], None]:
    def apply(document: Document) -> None:
        branches = field("transaction_date")(document)["anyOf"]
        branches[:] = [branches[index]]

    return apply


def _wrap(document: Document) -> None:
    node = sent(document)
    become(node, type="object", properties={"data": copy.deepcopy(node)}, required=["data"])


def _to_put(document: Document) -> None:
    item = document["paths"][CREDIT_PATH]
    item["put"] = item.pop("post")


def _parameter(
    owner: Callable[[Document], Document], where: str, name: str
) -> Callable[[Document], None]:
    parameter = {"in": where, "name": name, "required": True, "schema": {"type": "string"}}
    return lambda d: owner(d).setdefault("parameters", []).append(parameter)


def _job_id_and_data(document: Document) -> None:
    properties = {"job_id": {"type": "string"}, "data": {"type": "object"}}
    become(response(document), type="object", properties=properties, required=["job_id", "data"])


def _error_list(document: Document) -> None:
    item = {
        "type": "object",
        "properties": {"message": {"type": "string"}},
        "required": ["message"],
    }
    errors = {"errors": {"type": "array", "items": item}}
    become(error(document), type="object", properties=errors, required=["errors"])


def _error_fields(document: Document) -> Document:
    return error(document)["properties"]["error"]


def _states(change: Callable[[list[str]], list[str]]) -> Callable[[Document], None]:
    def apply(document: Document) -> None:
        node = resolve(document, written(document)["properties"]["write_status"])
        node["enum"] = change(node["enum"])

    return apply


def _reorder(document: Document) -> None:
    node = sent(document)
    node["properties"] = dict(reversed(node["properties"].items()))
    node["required"] = node["required"][::-1]


def _another_endpoint(document: Document) -> None:
    document["components"]["schemas"]["Novelty"] = {"type": "object"}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Novelty"}}}
    success = {"200": {"description": "ok", "content": content}}
    document["paths"]["/v1/novelties/"] = {"get": {"responses": success}}


def _rename_component(document: Document) -> None:
    def renamed(node: Any) -> None:
        for value in node.values() if isinstance(node, dict) else node:
            if isinstance(value, dict | list):
                renamed(value)
        if isinstance(node, dict) and node.get("$ref") == "#/components/schemas/errorResponse":
            node["$ref"] = "#/components/schemas/ProblemReport"

    move(document["components"]["schemas"], "errorResponse", "ProblemReport")
    renamed(document)


def _inline_error(document: Document) -> None:
    media = credit(document)["responses"]["400"]["content"]["application/json"]
    media["schema"] = copy.deepcopy(error(document))


def _rename_path_parameter(document: Document) -> None:
    move(document["paths"], STATUS_PATH, "/v1/admin/write-status/{job_id}")
    operation = document["paths"]["/v1/admin/write-status/{job_id}"]["get"]
    operation["parameters"][0]["name"] = "job_id"


def _null_as_branch(document: Document) -> None:
    branches = [{"type": "string"}, {"type": "null"}]
    become(written(document)["properties"]["created_record_id"], anyOf=branches)


def _hoist_security(document: Document) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            document["security"] = operation.pop("security")


MUTATIONS = (
    Mutation("M01", "request: rename lease_id to resident_lease_id", "harmful", "breaking", lambda d: rename(sent(d), "lease_id", "resident_lease_id")),
    Mutation("M02", "request: drop description", "harmful", "breaking", lambda d: drop(sent(d), "description")),
    Mutation("M03", "request: add required reference_number", "harmful", "breaking", lambda d: add(sent(d), "reference_number", {"type": "string"}, required=True)),
    Mutation("M04", "request: amount_in_cents integer to string", "harmful", "breaking", lambda d: become(field("amount_in_cents")(d), type="string")),
    Mutation("M05", "request: lease_id string to integer", "harmful", "breaking", lambda d: become(field("lease_id")(d), type="integer")),
    Mutation("M06", "request: integration_id gains format uuid", "harmful", "breaking", lambda d: field("integration_id")(d).update(format="uuid")),
    Mutation("M07", "request: description gains maxLength 20", "harmful", "breaking", lambda d: field("description")(d).update(maxLength=20)),
    Mutation("M08", "request: description gains maxLength 255", "harmful", "breaking", lambda d: field("description")(d).update(maxLength=255)),
    Mutation("M09", "request: amount gains maximum 1000000", "harmful", "breaking", lambda d: field("amount_in_cents")(d).update(maximum=1000000)),
    Mutation("M10", "request: transaction_date loses date-time", "harmful", "breaking", _keep_branch(1)),
    Mutation("M11", "request: transaction_date loses the plain date", "harmful", "breaking", _keep_branch(0)),
    Mutation("M12", "request: date pattern to MM/DD/YYYY", "harmful", "breaking", lambda d: field("transaction_date")(d)["anyOf"][1].update(pattern=r"^\d{2}/\d{2}/\d{4}$")),
    Mutation("M13", "request: body wrapped in data", "harmful", "breaking", _wrap),
    Mutation("M14", "request: amount_in_cents to amount in dollars", "harmful", "breaking", lambda d: rename(sent(d), "amount_in_cents", "amount", {"type": "number"})),
    Mutation("M15", "path /v1 to /v2", "harmful", "breaking", lambda d: move(d["paths"], CREDIT_PATH, CREDIT_PATH.replace("v1", "v2"))),
    Mutation("M16", "path loses its trailing slash", "harmful", "breaking", lambda d: move(d["paths"], CREDIT_PATH, CREDIT_PATH.rstrip("/"))),
    Mutation("M17", "method POST to PUT", "harmful", "breaking", _to_put),
    Mutation("M18", "request media type to x-www-form-urlencoded", "harmful", "breaking", _media(lambda d: credit(d)["requestBody"], "application/x-www-form-urlencoded")),
    Mutation("M19", "response media type to application/vnd.api+json", "harmful", "breaking", _media(lambda d: credit(d)["responses"]["200"], "application/vnd.api+json")),
    Mutation("M20", "security: bearer to an API key header", "harmful", "breaking", _scheme(type="apiKey", name="X-Api-Key", **{"in": "header"})),
    Mutation("M21", "security: http bearer to http basic", "harmful", "breaking", _scheme(type="http", scheme="basic")),
    Mutation("M22", "new required header Idempotency-Key", "harmful", "breaking", _parameter(credit, "header", "Idempotency-Key")),
    Mutation("M23", "server URL changed", "harmful", "breaking", lambda d: d["servers"][0].update(url="https://api.propexo.io")),
    Mutation("M24", "success status 200 to 202", "harmful", "breaking", lambda d: move(credit(d)["responses"], "200", "202")),
    Mutation("M25", "operation removed", "harmful", "breaking", lambda d: d["paths"].pop(CREDIT_PATH)),
    Mutation("M26", "operation deprecated", "harmful", "warning", lambda d: credit(d).update(deprecated=True)),
    Mutation("M27", "response: meta.job_id removed", "harmful", "breaking", lambda d: drop(meta(d), "job_id")),
    Mutation("M28", "response: meta.job_id renamed id", "harmful", "breaking", lambda d: rename(meta(d), "job_id", "id")),
    Mutation("M29", "response: meta.job_id nullable", "harmful", "breaking", lambda d: nullable(meta(d)["properties"]["job_id"])),
    Mutation("M30", "response: meta.job_id string to integer", "harmful", "breaking", lambda d: become(meta(d)["properties"]["job_id"], type="integer")),
    Mutation("M31", "response: meta.job_id no longer required", "harmful", "breaking", lambda d: relax(meta(d), "job_id")),
    Mutation("M32", "response: result removed", "harmful", "breaking", lambda d: drop(response(d), "result")),
    Mutation("M33", "response: result.amount_in_cents integer to string", "harmful", "breaking", lambda d: become(result(d)["properties"]["amount_in_cents"], type="string")),
    Mutation("M34", "response: result nullable", "harmful", "breaking", lambda d: nullable(result(d))),
    Mutation("M35", "response: {meta, result} to {job_id, data}", "harmful", "breaking", _job_id_and_data),
    Mutation("M36", "response: result.description renamed notes", "harmful", "breaking", lambda d: rename(result(d), "description", "notes")),
    Mutation("M37", "error: {error} to {errors: [{message}]}", "harmful", "breaking", _error_list),
    Mutation("M38", "error: message no longer required", "harmful", "warning", lambda d: relax(_error_fields(d), "message")),
    Mutation("M39", "error: details object to array", "harmful", "breaking", lambda d: become(_error_fields(d)["properties"]["details"], type="array")),
    Mutation("M40", "error: code string to integer", "harmful", "breaking", lambda d: become(_error_fields(d)["properties"]["code"], type="integer")),
    Mutation("M41", "error status 400 to 422", "harmful", "warning", lambda d: move(credit(d)["responses"], "400", "422")),
    Mutation("M42", "write-status: PARTIAL_SUCCESS removed", "harmful", "compatible", _states(lambda states: [state for state in states if state != "PARTIAL_SUCCESS"])),
    Mutation("M43", "write-status: CANCELLED added", "harmful", "breaking", _states(lambda states: [*states, "CANCELLED"])),
    Mutation("M44", "write-status: values in lower case", "harmful", "breaking", _states(lambda states: [state.lower() for state in states])),
    Mutation("M45", "write-status: created_record_id renamed record_id", "harmful", "breaking", lambda d: rename(written(d), "created_record_id", "record_id")),
    Mutation("M46", "write-status: errors from texts to objects", "harmful", "breaking", lambda d: become(written(d)["properties"]["errors"]["items"], type="object")),
    Mutation("M47", "write-status: path moved", "harmful", "breaking", lambda d: move(d["paths"], STATUS_PATH, "/v1/writes/{root_job_id}")),
    Mutation("M48", "write-status: new required query parameter", "harmful", "breaking", _parameter(status, "query", "integration_id")),
    Mutation("G01", "request: amount may be zero or less", "grey", "compatible", lambda d: field("amount_in_cents")(d).pop("exclusiveMinimum")),
    Mutation("G02", "request: amount integer to number", "grey", "compatible", lambda d: field("amount_in_cents")(d).update(type="number")),
    Mutation("G03", "request: description no longer required", "grey", "compatible", lambda d: relax(sent(d), "description")),
    Mutation("G04", "write-status: created_record_id never null", "grey", "compatible", lambda d: written(d)["properties"]["created_record_id"].update(type="string")),
    Mutation("G05", "response 429 documented", "grey", "compatible", lambda d: credit(d)["responses"].update({"429": {"description": "Too many"}})),
    Mutation("G06", "request body closed", "grey", "breaking", lambda d: sent(d).update(additionalProperties=False)),
    Mutation("G07", "request body required", "grey", "breaking", lambda d: credit(d)["requestBody"].update(required=True)),
    Mutation("H01", "text of a field changed", "harmless", "cosmetic", lambda d: field("lease_id")(d).update(description="Another text")),
    Mutation("H02", "text of an operation changed", "harmless", "cosmetic", lambda d: credit(d).update(summary="Another", description="text")),
    Mutation("H03", "properties and required reordered", "harmless", "cosmetic", _reorder),
    Mutation("H04", "another endpoint and schema added", "harmless", "untouched", _another_endpoint),
    Mutation("H05", "example added", "harmless", "cosmetic", lambda d: field("lease_id")(d).update(example="lease_123")),
    Mutation("H06", "optional request field added", "harmless", "compatible", lambda d: add(sent(d), "reference_number", {"type": "string"})),
    Mutation("H07", "optional response field added", "harmless", "compatible", lambda d: add(result(d), "reference_number", {"type": "string"})),
    Mutation("H08", "tag renamed", "harmless", "cosmetic", lambda d: credit(d).update(tags=["ledger"])),
    Mutation("H09", "component renamed", "harmless", "cosmetic", _rename_component),
    Mutation("H10", "reference inlined", "harmless", "cosmetic", _inline_error),
    Mutation("H11", "info.version bumped", "harmless", "untouched", lambda d: d["info"].update(version="9.9.9")),
    Mutation("H12", "another server added", "harmless", "cosmetic", lambda d: d["servers"].append({"url": "https://api.eu.propexo.com"})),
    Mutation("H13", "operationId added", "harmless", "cosmetic", lambda d: credit(d).update(operationId="createResidentCredit")),
    Mutation("H14", "path parameter renamed", "harmless", "cosmetic", _rename_path_parameter),
    Mutation("H15", "nullable written as a branch", "harmless", "cosmetic", _null_as_branch),
    Mutation("H16", "exclusiveMinimum 0 written as minimum 1", "harmless", "cosmetic", lambda d: become(field("amount_in_cents")(d), type="integer", minimum=1)),
    Mutation("H17", "security hoisted to the document", "harmless", "cosmetic", _hoist_security),
    Mutation("H18", "x- extension added", "harmless", "cosmetic", lambda d: credit(d).update({"x-owner": "ledger"})),
)  # fmt: skip

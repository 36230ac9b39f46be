"""From pin to contract: names of our own, mistakes corrected, every constraint kept."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest

from scripts.document import operations, reader
from scripts.document.contract import make_contract, with_usage, without_text
from scripts.document.operations import Operation, parameter_names
from scripts.document.slices import Content, resolve_pointer
from scripts.document.usage import EXTENSION
from scripts.generate import GENERATED
from scripts.pin import DEFAULT_PIN
from scripts.support.errors import ConfigurationError, Malformed
from scripts.support.files import canonical_json, compact_json

WANTED = operations.load()
PIN = reader.read(str(DEFAULT_PIN)).content
CREDIT = "/v1/resident-credits/rentvine/"
STATUS = "/v1/admin/write-status/{root_job_id}"


@pytest.fixture
def pinned() -> Content:
    return copy.deepcopy(PIN)


def contract_of(pinned: Content) -> Content:
    return make_contract(pinned, WANTED)


def credit_request(contract: Content) -> Any:
    return contract["components"]["schemas"]["CreateResidentCreditRequest"]


def test_the_contract_keeps_every_constraint_of_the_credit() -> None:
    properties = credit_request(contract_of(PIN))["properties"]
    assert properties["amount_in_cents"]["exclusiveMinimum"] == 0
    assert properties["transaction_date"]["anyOf"] == [
        {"type": "string", "format": "date-time"},
        {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
    ]
    assert len(credit_request(contract_of(PIN))["required"]) == 6


def test_every_body_is_required_although_the_vendor_marks_none() -> None:
    assert "required" not in PIN["paths"][CREDIT]["post"]["requestBody"]
    assert contract_of(PIN)["paths"][CREDIT]["post"]["requestBody"]["required"] is True


def test_a_nullable_enum_admits_null() -> None:
    frequency = contract_of(PIN)["components"]["schemas"]["ChargeFrequency"]
    assert jsonschema_rs.is_valid(frequency, None)
    assert jsonschema_rs.is_valid(frequency, "MONTHLY")
    assert not jsonschema_rs.is_valid(frequency, "YEARLY")


def test_a_repeated_enum_value_is_kept_once(pinned: Content) -> None:
    pinned["components"]["schemas"]["Enum1"]["enum"] *= 2
    assert contract_of(pinned) == contract_of(PIN)


def test_a_path_parameter_is_required_even_where_the_vendor_says_it_is_not(
    pinned: Content,
) -> None:
    item = pinned["paths"]["/v1/admin/write-status/{root_job_id}"]
    item["get"]["parameters"][0]["required"] = False
    assert contract_of(pinned) == contract_of(PIN)


def test_the_contract_carries_what_the_client_sends_and_reads() -> None:
    details = contract_of(PIN)["paths"][CREDIT]["post"]
    assert details["operationId"] == "create_resident_credit"
    assert details[EXTENSION]["name"] == "create_resident_credit"


def rename_component(pinned: Content) -> None:
    text = canonical_json(pinned).decode().replace("Enum1", "Enum7")
    pinned.update(reader.parse(text.encode(), "renamed"))


def inline_the_error(pinned: Content) -> None:
    error = pinned["components"]["schemas"].pop("errorResponse")
    for item in pinned["paths"].values():
        for details in item.values():
            details["responses"]["400"]["content"]["application/json"]["schema"] = error


def extract_the_payment(pinned: Content) -> None:
    schemas = pinned["components"]["schemas"]
    listing = schemas["_v1_resident-payments__get_output"]["properties"]["results"]
    schemas["Payment"] = listing["items"]
    single = schemas["_v1_resident-payments_{resident_payment_id}_get_output"]["properties"]
    listing["items"] = single["results"] = {"$ref": "#/components/schemas/Payment"}


def inline_the_request(pinned: Content) -> None:
    media = pinned["paths"][CREDIT]["post"]["requestBody"]["content"]["application/json"]
    media["schema"] = resolve_pointer(pinned, media["schema"]["$ref"])


def move_parameters_to_the_path(pinned: Content) -> None:
    item = pinned["paths"]["/v1/admin/write-status/{root_job_id}"]
    item["parameters"] = item["get"].pop("parameters")


def rename_the_path_parameter(pinned: Content) -> None:
    item = pinned["paths"].pop("/v1/admin/write-status/{root_job_id}")
    item["get"]["parameters"][0]["name"] = "job_id"
    pinned["paths"]["/v1/admin/write-status/{job_id}"] = item


def add_operation_ids_and_tags(pinned: Content) -> None:
    for number, item in enumerate(pinned["paths"].values()):
        for details in item.values():
            details.update(operationId=f"op{number}", tags=["renamed"])


def reorder(pinned: Content) -> None:
    def turn(node: Any, key: str = "") -> Any:
        if isinstance(node, dict):
            return {key: turn(node[key], key) for key in reversed(node)}
        if not isinstance(node, list):
            return node
        items = [turn(item) for item in node]
        return items[::-1] if key in ("required", "enum", "type", "parameters", "tags") else items

    turned = turn(pinned)
    pinned.clear()
    pinned.update(turned)


@pytest.mark.parametrize(
    "refactor",
    [
        rename_component,
        inline_the_error,
        extract_the_payment,
        inline_the_request,
        move_parameters_to_the_path,
        rename_the_path_parameter,
        add_operation_ids_and_tags,
    ],
)
def test_what_the_vendor_may_move_about_cannot_reach_our_names(
    refactor: Callable[[Content], None], pinned: Content
) -> None:
    refactor(pinned)
    assert pinned != PIN
    assert canonical_json(contract_of(pinned)) == canonical_json(contract_of(PIN))


def test_order_carries_no_meaning(pinned: Content) -> None:
    reorder(pinned)
    assert json.dumps(pinned) != json.dumps(PIN)
    assert canonical_json(contract_of(pinned)) == canonical_json(contract_of(PIN))


def test_a_named_place_that_is_gone_is_a_clear_error(pinned: Content) -> None:
    listed = pinned["components"]["schemas"]["RecurringResidentCharge"]
    del listed["properties"]["frequency_normalized"]
    with pytest.raises(ConfigurationError, match=r"\[schemas\] ChargeFreq.*correct or remove"):
        contract_of(pinned)


def test_a_recursive_schema_keeps_its_vendors_name(pinned: Content) -> None:
    schemas = pinned["components"]["schemas"]
    schemas["tree-node"] = {
        "type": "object",
        "properties": {"child": {"$ref": "#/components/schemas/tree-node"}},
    }
    schemas["errorResponse"]["properties"]["tree"] = {"$ref": "#/components/schemas/tree-node"}
    contract = contract_of(pinned)
    node = contract["components"]["schemas"]["TreeNode"]
    assert node["properties"]["child"] == {"$ref": "#/components/schemas/TreeNode"}


def test_a_parameter_of_the_operation_overrides_that_of_its_path_with_the_same_place_and_name(
    pinned: Content,
) -> None:
    item = pinned["paths"]["/v1/financial-accounts/"]
    own = {"in": "query", "name": "limit", "schema": {"type": "integer"}}
    item["get"]["parameters"] = [own]
    header = {"in": "header", "name": "limit", "schema": {"type": "string"}}
    query = {"in": "query", "name": "offset", "schema": {"type": "integer"}}
    item["parameters"] = [{**own, "required": True}, query, header]
    details = contract_of(pinned)["paths"]["/v1/financial-accounts/"]
    assert details["get"]["parameters"] == [header, own, query]
    assert "parameters" not in details


def test_what_a_path_says_of_all_its_operations_is_kept(pinned: Content) -> None:
    servers = [{"url": "https://ledger.propexo.com"}]
    pinned["paths"][CREDIT]["servers"] = servers
    assert contract_of(pinned)["paths"][CREDIT]["servers"] == servers


def test_operations_of_one_path_are_told_apart_and_others_left_out(pinned: Content) -> None:
    item = pinned["paths"][CREDIT]
    item.update(get={**item["post"], "summary": "read"}, put=item["post"])
    another = Operation("get", CREDIT, "read_resident_credit", "credits")
    wanted = replace(WANTED, operations=(*WANTED.operations, another))
    found = make_contract(pinned, wanted)["paths"][CREDIT]
    assert set(found) == {"get", "post"}
    assert found["get"]["summary"] == "read"
    assert found["post"]["summary"] == item["post"]["summary"]


def test_an_operation_that_the_pin_lacks_is_named_with_the_remedy(pinned: Content) -> None:
    del pinned["paths"][CREDIT]
    with pytest.raises(ConfigurationError, match=rf"^POST {CREDIT}: not in the pin; run `make pin"):
        contract_of(pinned)


def test_schemas_that_lead_too_deep_are_one_clear_error(pinned: Content) -> None:
    schema: Any = {"type": "string"}
    for _ in range(5000):
        schema = {"items": schema}
    pinned["components"]["schemas"]["errorResponse"]["properties"]["deep"] = schema
    with pytest.raises(Malformed, match="too deep"):
        contract_of(pinned)


def test_a_path_parameter_is_called_as_we_call_it_and_others_as_the_vendor_does(
    pinned: Content,
) -> None:
    item = pinned["paths"][STATUS]
    header = {"in": "header", "name": "root_job_id", "schema": {"type": "string"}}
    item["get"]["parameters"].append(header)
    details = contract_of(pinned)["paths"][WANTED.named("get_write_status").path]["get"]
    ours, theirs = parameter_names(WANTED.named("get_write_status").path), "root_job_id"
    named = [(each["in"], each["name"]) for each in details["parameters"]]
    assert named == [("header", theirs), ("path", ours[0])]
    assert "required" not in details["parameters"][0]


def test_a_read_gets_no_body_and_a_body_keeps_what_the_vendor_says_of_it(pinned: Content) -> None:
    pinned["paths"][CREDIT]["post"]["requestBody"]["description"] = "The credit."
    paths = contract_of(pinned)["paths"]
    assert paths[CREDIT]["post"]["requestBody"]["description"] == "The credit."
    assert "requestBody" not in paths["/v1/financial-accounts/"]["get"]


def test_the_tags_of_the_contract_are_our_groups_each_once() -> None:
    contract = contract_of(PIN)
    groups = sorted({operation.group for operation in WANTED.operations})
    assert contract["tags"] == [{"name": group} for group in groups]
    assert contract["paths"][CREDIT]["post"]["tags"] == ["credits"]


def test_a_schema_is_written_in_one_order_and_a_boolean_schema_stays(pinned: Content) -> None:
    schema = {
        "type": ["null", "string", "integer"],
        "enum": ["b", 2, "a", 1, "b"],
        "required": ["z", "a"],
        "items": True,
    }
    pinned["components"]["schemas"]["errorResponse"]["properties"]["odd"] = schema
    odd = contract_of(pinned)["components"]["schemas"]["ErrorResponse"]["properties"]["odd"]
    assert odd == {
        "type": ["integer", "string", "null"],
        "enum": ["a", "b", 1, 2, None],
        "required": ["a", "z"],
        "items": True,
    }


def test_nothing_is_known_of_the_usage_of_a_document_that_no_client_comes_from(
    pinned: Content,
) -> None:
    assert with_usage(pinned, WANTED) != WANTED
    nameless = operations.from_endpoints([f"POST {CREDIT}"])
    assert with_usage(pinned, nameless) is nameless
    del pinned["paths"][CREDIT]
    assert with_usage(pinned, WANTED) is WANTED


def test_the_shipped_contract_keeps_every_field_and_no_text_for_people(pinned: Content) -> None:
    pinned["paths"][CREDIT]["post"]["summary"] = "Made up"
    contract = contract_of(pinned)
    shipped = without_text(contract)
    properties = credit_request(shipped)["properties"]
    assert properties.keys() == credit_request(contract)["properties"].keys()
    assert properties["description"] == {"type": "string"}
    assert "Made up" not in json.dumps(shipped)
    assert shipped["components"]["schemas"].keys() == contract["components"]["schemas"].keys()


def test_a_shipped_response_keeps_the_description_that_openapi_demands() -> None:
    paths = without_text(contract_of(PIN))["paths"]
    responses = [
        r for item in paths.values() for o in item.values() for r in o["responses"].values()
    ]
    assert all(response["description"] for response in responses)


def test_the_contract_in_the_package_is_what_the_pin_gives() -> None:
    """Names, and what the client is said to send and read: none of it changes unnoticed."""
    made = compact_json(without_text(contract_of(PIN)), levels=3)
    assert (GENERATED / "contract.json").read_bytes() == made

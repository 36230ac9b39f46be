"""Personal data and secrets: attributes like any other, but in no repr, log or message."""

import copy
import logging
import pickle
from collections.abc import Mapping
from typing import Any

import pytest

from contract_tests.client.support import CREDIT, POST
from propexo_client import (
    AcceptedWrite,
    Environment,
    NoMatch,
    PostedWrite,
    Propexo,
    ReadFailed,
    SeveralMatches,
    types,
)
from propexo_client._contract import checks
from propexo_client.testing import FakePropexo

SECRET = "hidden-from-view"
PRIVATE = {
    "Resident": {
        "first_name", "middle_name", "last_name", "date_of_birth", "email_1", "email_2", "phone_1",
        "phone_2", "address_1", "address_2", "address_1_alternate", "city", "zip", "notes",
        "custom_data", "vehicles.license_plate_number", "pets.notes",
        "leases_meta_data.custom_data",
    },
    "Property": {
        "manager_name", "manager_email", "manager_phone_1", "manager_phone_2", "address_1",
        "street_address_1", "city", "zip", "custom_data", "notes",
    },
    "Unit": {"address_1", "street_address_1", "city", "zip", "custom_data"},
    "Lease": {"custom_data", "residents_meta_data.custom_data"},
    "Integration": {
        "configuration_meta_data.configuration_data", "configuration_meta_data.custom_data",
    },
    "WriteLog": {"parameters"},
    "Charge": {"custom_data"},
    "Payment": {"custom_data"},
}  # fmt: skip
SHOWN = {
    "Resident": {"id", "integration_id"},
    "Property": {"id", "name", "is_active"},
    "Unit": {"id", "number"},
    "Lease": {"id", "status_normalized", "start_date"},
    "Integration": {"id", "name", "vendor"},
    "WriteLog": {"id", "status", "error"},
}


def row(places: set[str]) -> dict[str, Any]:
    """Make a row that has a secret at each place, as text or in an object."""
    made: dict[str, Any] = {"id": "id_1"}
    for place in places:
        name, _, inner = place.rpartition(".")
        target = made if not name else made.setdefault(name, [{}])[0]
        is_object = inner in ("custom_data", "parameters", "configuration_data")
        target[inner] = {"token": SECRET} if is_object else SECRET
    return made


def read(record: str, raw: Mapping[str, Any]) -> Any:
    return getattr(types, record).from_raw(raw)


@pytest.mark.parametrize("record", PRIVATE)
def test_private_fields_are_readable_and_in_no_repr(record: str) -> None:
    raw = row(PRIVATE[record])
    found = read(record, raw)
    for place in PRIVATE[record]:
        name, _, inner = place.rpartition(".")
        owner = found if not name else getattr(found, name)[0]
        assert SECRET in str(getattr(owner, inner))
    for each in (found, copy.copy(found), pickle.loads(pickle.dumps(found)), [found]):
        assert SECRET not in f"{each!r} {each}"
    assert found.raw == raw


@pytest.mark.parametrize("record", SHOWN)
def test_what_tells_records_apart_is_in_their_repr(record: str) -> None:
    found = read(record, row(SHOWN[record]))
    assert all(f"{name}=" in repr(found) for name in SHOWN[record])


def test_every_field_that_sounds_like_personal_data_is_hidden() -> None:
    """A field that the vendor adds later is hidden by its name, without a list of ours."""
    words = ("email", "phone", "birth", "address", "password", "secret", "credential", "ssn")
    for name, schema in checks.document()["components"]["schemas"].items():
        if not hasattr(types, name):
            continue
        for field in schema.get("properties", {}):
            if any(word in field for word in words):
                assert f" {field}=" not in repr(read(name, {"id": "x", field: SECRET}))


def test_a_filter_with_personal_data_is_in_no_log_message_or_repr(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, logger="propexo_client")
    fake = FakePropexo()
    for _ in range(2):
        fake.add("Resident", email_1=f"{SECRET}@example.com", first_name=SECRET)
    with Propexo(
        fake.token, environment=Environment.SANDBOX, transport=fake.transport(), clock=fake.clock
    ) as propexo:
        residents = propexo.residents.list(email_1=f"{SECRET}@example.com")
        shown = [repr(residents)]
        with pytest.raises(SeveralMatches) as several:
            residents.one()
        with pytest.raises(NoMatch) as none:
            propexo.residents.list(email_1=f"{SECRET}-too@example.com").one()
        fake.respond_next(500)
        fake.respond_next(500)
        fake.respond_next(500)
        with pytest.raises(ReadFailed) as broken:
            list(propexo.residents.list(email_1=f"{SECRET}@example.com"))
    for caught in (several.value, none.value, broken.value):
        shown += [str(caught), repr(caught)]
    shown += [repr(several.value.candidates), repr(getattr(broken.value, "request", ""))]
    shown += [record.getMessage() for record in caplog.records if "propexo" in record.name]
    assert len(several.value.candidates) == 2
    assert SECRET not in "\n".join(shown)


def test_what_a_write_says_is_in_no_repr_of_its_request() -> None:
    fake = FakePropexo()
    with Propexo(fake.token, environment=Environment.SANDBOX, transport=fake.transport()) as client:
        request = client.credits.prepare(**{**CREDIT, "description": SECRET})
        accepted = client.credits.create(**{**CREDIT, "description": SECRET})
    assert request.body["description"] == SECRET
    assert SECRET not in f"{request!r} {accepted!r} {accepted.response!r}"


def test_what_came_of_a_write_shows_no_body_and_says_no_more_than_it_knows() -> None:
    accepted = AcceptedWrite(job_id="job_1", request=POST, raw={"secret": SECRET})
    posted = PostedWrite(job_id="job_1", created_record_id=None, raw={"secret": SECRET})
    for result in (accepted, posted):
        assert result.raw == {"secret": SECRET}
        assert SECRET not in repr(result)
        assert (result.request_id, result.idempotency_key, result.replayed) == (None, None, False)
    assert (accepted.attempt, accepted.recorded, accepted.response) == (1, False, None)
    assert AcceptedWrite(job_id="job_1", request=POST).raw is None
    assert (posted.request, posted.errors, posted.contract_violations) == (None, (), ())

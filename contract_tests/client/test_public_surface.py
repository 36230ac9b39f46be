"""What users see: names, signatures, docs, lazy groups, and two clients that are twins."""

import functools
import inspect
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, get_origin

import httpx
import pytest

import propexo_client
from contract_tests.client.public_names import FOLDER, groups, public_names
from contract_tests.client.support import ACCEPTED, CREDIT, TOKEN, Server, client
from propexo_client import (
    AsyncListing,
    AsyncPropexo,
    Environment,
    InvalidArgument,
    InvalidArgumentType,
    Listing,
    Propexo,
    PropexoError,
    errors,
    types,
)

GROUPS = groups(Propexo)


@functools.cache  # loading the certificates takes 20 ms a client
def clients() -> tuple[Propexo, AsyncPropexo]:
    return (
        Propexo(TOKEN, environment=Environment.SANDBOX),
        AsyncPropexo(TOKEN, environment=Environment.SANDBOX),
    )


def methods(group: object) -> dict[str, Callable[..., Any]]:
    return {
        name: method
        for name, method in inspect.getmembers(group, inspect.ismethod)
        if not name.startswith("_")
    }


METHODS = [(group, name) for group in GROUPS for name in methods(getattr(clients()[0], group))]


def test_public_names_are_sorted_and_all_exist() -> None:
    assert propexo_client.__all__ == sorted(set(propexo_client.__all__))
    for name in propexo_client.__all__:
        assert hasattr(propexo_client, name)


@pytest.mark.parametrize("release", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_no_name_of_a_release_has_disappeared(release: Path) -> None:
    gone = set(release.read_text(encoding="utf-8").split()) - public_names()
    assert not gone, "removed names need a new major version"


def test_every_group_and_record_can_be_named_in_an_annotation() -> None:
    for group in GROUPS:
        for each in clients():
            kind = type(getattr(each, group))
            assert getattr(types, kind.__name__) is kind
    assert types.Charge is propexo_client.Charge
    assert types.PaymentType is not None


def modules_after(code: str) -> set[str]:
    command = [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_a_group_that_is_not_used_is_not_loaded() -> None:
    loaded = modules_after(
        "import propexo_client as p; c = p.Propexo('t', environment=p.Environment.SANDBOX)"
    )
    used = modules_after(
        "import propexo_client as p; c = p.Propexo('t', environment=p.Environment.SANDBOX);"
        " c.payments"
    )
    assert used - loaded == {"propexo_client._generated.api.payments"}
    unused = {f"propexo_client.{name}" for name in ("testing", "journal", "runs")}
    # httpcore loads trio where that is installed, and trio loads attrs
    assert not (loaded - modules_after("import httpcore")) & {"attr", "attrs", *unused}


def test_both_clients_offer_the_same_groups_and_options() -> None:
    twins = [Propexo, AsyncPropexo]
    options = [list(inspect.signature(kind).parameters.values()) for kind in twins]
    for ours, theirs in zip(*options, strict=True):
        if ours.name != "transport":
            assert ours == theirs
    assert groups(Propexo) == groups(AsyncPropexo)


@pytest.mark.parametrize("group", GROUPS)
def test_every_method_has_an_asynchronous_twin(group: str) -> None:
    blocking, asynchronous = (methods(getattr(each, group)) for each in clients())
    assert blocking.keys() == asynchronous.keys()
    for name, ours in blocking.items():
        theirs = asynchronous[name]
        assert ours.__doc__ == theirs.__doc__
        mine, twin = inspect.signature(ours), inspect.signature(theirs)
        assert mine.parameters == twin.parameters
        waits = not name.startswith(("list", "prepare"))
        assert inspect.iscoroutinefunction(theirs) == waits
        assert mine.return_annotation == twin.return_annotation
    if "list" in blocking:
        assert isinstance(blocking["list"](), Listing)
        assert isinstance(asynchronous["list"](), AsyncListing)


@pytest.mark.parametrize("group", GROUPS)
def test_every_argument_is_a_keyword_with_a_line_of_its_own_and_every_limit_its_unit(
    group: str,
) -> None:
    for name, method in methods(getattr(clients()[0], group)).items():
        documented = inspect.getdoc(method) or ""
        described = dict(re.findall(r"^    (\w+): (.*)$", documented.partition("Args:")[2], re.M))
        parameters = list(inspect.signature(method).parameters.values())
        assert list(described) == [parameter.name for parameter in parameters]
        named = [parameter for parameter in parameters if parameter.kind.name != "KEYWORD_ONLY"]
        assert len(named) <= (name in ("get", "wait", "retry_write"))
        for limit in described.keys() & {"timeout", "wait_timeout", "poll_interval"}:
            assert "second" in described[limit].lower()


def test_the_credit_call_shows_its_fields() -> None:
    parameters = inspect.signature(clients()[0].credits.create).parameters
    assert {*CREDIT, "amount", "idempotency_key", "timeout"} == parameters.keys()
    for name in ("amount", "amount_in_cents", "timeout"):
        assert parameters[name].default is None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"lease_id": None}, "lease_id: Credits.create() needs it"),
        ({"lease_id": None, "description": None}, "lease_id, description: Credits.create() needs"),
        ({"leese_id": "x"}, "leese_id: Credits.create() takes no such argument; did you mean"),
        ({"qqq": "x"}, "it takes integration_id, lease_id"),
    ],
)
def test_a_missing_or_misspelt_argument_is_named_before_anything_is_sent(
    change: dict[str, Any], says: str
) -> None:
    propexo, server, _ = client(ACCEPTED)
    fields = {name: value for name, value in (CREDIT | change).items() if value is not None}
    with pytest.raises(InvalidArgumentType, match=re.escape(says)) as raised:
        propexo.credits.create(**fields)
    assert raised.value.__context__ is None
    assert not server.received


def test_what_is_passed_by_position_is_refused_by_name() -> None:
    propexo, server, _ = client(ACCEPTED)
    with pytest.raises(InvalidArgument, match=r"pass arguments by name, as in integration_id="):
        propexo.credits.create("intg_1")  # type: ignore[call-arg]
    with pytest.raises(InvalidArgument, match=r"charge_id: Charges.get\(\) needs it"):
        propexo.charges.get()  # type: ignore[call-arg]
    with pytest.raises(InvalidArgument, match=r"leese_id: Charges.list\(\) takes no such argument"):
        propexo.charges.list(leese_id="lease_1")  # type: ignore[call-arg]
    with pytest.raises(InvalidArgument, match="given twice"):
        propexo.charges.get("charge_1", charge_id="charge_1")  # type: ignore[misc]
    assert not server.received


@pytest.mark.anyio
async def test_the_asynchronous_client_names_a_missing_argument_too() -> None:
    async with AsyncPropexo(TOKEN, environment=Environment.SANDBOX) as propexo:
        with pytest.raises(InvalidArgumentType, match="lease_id"):
            await propexo.credits.create(
                **{name: value for name, value in CREDIT.items() if name != "lease_id"}
            )


def test_a_type_error_inside_a_call_stays_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    propexo, _, _ = client(ACCEPTED)

    def fail(*_: Any) -> None:
        raise TypeError("inside")

    monkeypatch.setattr(propexo._transport, "run", fail)
    with pytest.raises(TypeError, match="inside") as raised:
        propexo.credits.create(**CREDIT)
    assert not isinstance(raised.value, InvalidArgument)


def test_a_list_says_what_it_is_and_shows_no_value_of_a_filter() -> None:
    page = {"meta": {"hasMore": False}, "results": [{"id": "charge_1"}]}
    propexo, _, _ = client(page)
    charges = propexo.charges.list(lease_id="lease_secret", page_size=10)
    assert repr(charges) == (
        "<Listing list_resident_charges: filters lease_id; 10 a page; 0 read, unfinished>"
    )
    assert [charge.id for charge in charges] == ["charge_1"]
    assert "1 read, finished" in repr(charges)


def test_a_list_can_be_walked_page_by_page_from_where_it_is() -> None:
    def page(*ids: str, more: bool) -> dict[str, Any]:
        return {"meta": {"hasMore": more}, "results": [{"id": each} for each in ids]}

    propexo, server, _ = client(page("a", "b", more=True), page("c", more=False))
    charges = propexo.charges.list(page_size=2)
    assert not server.received
    assert next(charges).id == "a"
    assert [[charge.id for charge in rows] for rows in charges.pages()] == [["b"], ["c"]]
    assert list(charges) == []


@pytest.mark.anyio
async def test_the_asynchronous_client_does_what_the_other_does() -> None:
    server = Server(
        ACCEPTED,
        {"write_status": "SUCCESS", "errors": [], "created_record_id": "charge_1"},
        {"meta": {"orderBy": [], "hasMore": False}, "results": [{"id": "charge_1"}]},
    )
    async with AsyncPropexo(
        TOKEN, environment=Environment.SANDBOX, transport=httpx.MockTransport(server)
    ) as propexo:
        posted = await propexo.credits.create_and_wait(**CREDIT)
        assert posted.created_record_id == "charge_1"
        rows = propexo.charges.list(lease_id="lease_1")
        assert isinstance(rows, AsyncIterator)
        assert [charge.id async for charge in rows] == ["charge_1"]
    with pytest.raises(errors.ClientClosed):
        await propexo.credits.wait("job_1")


def test_a_closed_client_says_so_and_sends_nothing() -> None:
    with Propexo(TOKEN, environment=Environment.SANDBOX) as propexo:
        assert isinstance(propexo.charges.list(), Iterator)
    with pytest.raises(errors.ClientClosed, match="closed"):
        propexo.credits.create(**CREDIT)


def test_the_tree_in_the_docstring_is_the_tree_of_exceptions() -> None:
    drawn = [line for line in (errors.__doc__ or "").splitlines() if "──" in line]
    assert (errors.__doc__ or "").count("PropexoError") == 1
    depths: list[type] = [PropexoError]
    for line in drawn:
        branch, _, rest = line.partition("── ")
        kind = getattr(errors, rest.split()[0])
        depth = len(branch) // 4 + 1
        assert issubclass(kind, depths[depth - 1])
        depths[depth:] = [kind]
    named = {line.partition("── ")[2].split()[0] for line in drawn}
    real = {
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, PropexoError) and not name.startswith("_")
    }
    assert named | {"PropexoError"} == real


def test_outcomes_that_may_have_moved_money_are_never_caught_as_others() -> None:
    risky = {name for name in errors.__dict__ if _may_have_moved(getattr(errors, name))}
    assert risky == {
        "OutcomeUnknown",
        "WritePartiallyFailed",
        "StillPending",
        "AlreadyPosted",
        "JournalUnavailable",
        "KeyInProgress",
    }
    for name in risky:
        safe = [
            kind for kind in getattr(errors, name).__mro__ if kind.__module__ == errors.__name__
        ]
        assert not {"NotSent", "Rejected", "RateLimited", "WriteFailed"} & {
            k.__name__ for k in safe
        }


def _may_have_moved(kind: object) -> bool:
    return (
        isinstance(kind, type)
        and get_origin(kind) is None
        and issubclass(kind, PropexoError)
        and getattr(kind, "money_may_have_moved", False)
    )

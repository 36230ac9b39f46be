"""What users see: names, lazy loading, and two clients that are twins."""

import inspect
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, get_args, get_origin

import httpx
import pytest

import propexo_client
from contract_tests.client.support import ACCEPTED, CREDIT, TOKEN, Server
from propexo_client import AsyncPropexo, Environment, Propexo, PropexoError, errors

RESOURCES = ["charges", "credits", "financial_accounts", "payments", "recurring_charges"]


def clients() -> tuple[Propexo, AsyncPropexo]:
    return (
        Propexo(TOKEN, environment=Environment.SANDBOX),
        AsyncPropexo(TOKEN, environment=Environment.SANDBOX),
    )


def methods(resource: object) -> dict[str, Callable[..., Any]]:
    names = [name for name in dir(resource) if not name.startswith("_")]
    return {name: getattr(resource, name) for name in names}


def test_public_names_are_sorted_and_all_exist() -> None:
    assert propexo_client.__all__ == sorted(set(propexo_client.__all__))
    for name in propexo_client.__all__:
        assert getattr(propexo_client, name).__name__ == name
        assert name in dir(propexo_client)
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        propexo_client.Nonsense  # noqa: B018


def test_public_names_are_known_to_type_checkers() -> None:
    source = inspect.getsource(propexo_client)
    for name in propexo_client.__all__:
        assert f" import {name} as {name}\n" in source


def modules_after(code: str) -> set[str]:
    command = [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def test_importing_the_package_loads_nothing_else() -> None:
    loaded = modules_after("import propexo_client")
    ours = {name for name in loaded if name.startswith("propexo_client")}
    assert ours == {"propexo_client", "propexo_client._version"}
    assert not loaded & {"httpx", "attr", "attrs"}


def test_generated_code_waits_for_the_first_call_that_needs_it() -> None:
    loaded = modules_after(
        "import propexo_client as p; p.AsyncPropexo('t', environment=p.Environment.SANDBOX)"
    )
    assert "httpx" in loaded
    assert not {name for name in loaded if "_generated" in name}


def test_an_error_type_can_be_had_without_httpx() -> None:
    assert "httpx" not in modules_after("from propexo_client import OutcomeUnknown")


def test_both_clients_offer_the_same_resources_and_options() -> None:
    twins = [Propexo, AsyncPropexo]
    options = [list(inspect.signature(kind).parameters.values()) for kind in twins]
    for ours, theirs in zip(*options, strict=True):
        if ours.name != "transport":
            assert ours == theirs
    blocking, asynchronous = (
        [name for name in vars(each) if not name.startswith("_") and name != "base_url"]
        for each in clients()
    )
    assert sorted(blocking) == sorted(asynchronous) == RESOURCES


@pytest.mark.parametrize("resource", RESOURCES)
def test_every_method_has_an_asynchronous_twin(resource: str) -> None:
    blocking, asynchronous = (methods(getattr(each, resource)) for each in clients())
    assert blocking.keys() == asynchronous.keys()
    for name, ours in blocking.items():
        theirs = asynchronous[name]
        assert ours.__doc__ == theirs.__doc__
        mine, twin = inspect.signature(ours), inspect.signature(theirs)
        assert mine.parameters == twin.parameters
        assert inspect.iscoroutinefunction(theirs) == (name not in ("list", "prepare"))
        if name == "list":
            assert get_origin(mine.return_annotation) is Iterator
            assert get_origin(twin.return_annotation) is AsyncIterator
            mine, twin = (
                each.replace(return_annotation=get_args(each.return_annotation))
                for each in (mine, twin)
            )
        assert mine.return_annotation == twin.return_annotation


@pytest.mark.parametrize("resource", RESOURCES)
def test_arguments_are_keywords_with_units_and_errors_in_the_docstring(resource: str) -> None:
    for name, method in methods(getattr(clients()[0], resource)).items():
        parameters = list(inspect.signature(method).parameters.values())
        named = [parameter for parameter in parameters if parameter.kind.name != "KEYWORD_ONLY"]
        assert len(named) <= (name in ("get", "wait", "retry_write"))
        assert method.__doc__
        seconds = any("timeout" in parameter.name for parameter in parameters)
        assert "seconds" in method.__doc__ or not seconds


def test_the_credit_call_shows_its_fields() -> None:
    parameters = inspect.signature(clients()[0].credits.create).parameters
    assert {*CREDIT, "amount", "timeout"} == parameters.keys()
    for name in ("amount", "amount_in_cents", "timeout"):
        assert parameters[name].default is None


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

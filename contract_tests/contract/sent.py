"""The rules for one request: server, security, parameters, body.

schemathesis validates values; that nothing undeclared is sent is checked here.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx

from contract_tests.contract import fields
from contract_tests.contract.complaints import Complaint
from contract_tests.contract.published import Published
from propexo_client import Environment
from scripts.document.slices import Content

_UNEXPECTED = "not allowed here"


class Sent:
    """One request, the operation before and after, and the operation as schemathesis loaded it."""

    def __init__(
        self, request: httpx.Request, before: Published, after: Published, loaded: Any
    ) -> None:
        self._request = request
        self._before = before
        self._after = after
        self._loaded = loaded

    def complaints(self, path: dict[str, str]) -> Iterator[Complaint]:
        """Yield every departure; `path` holds the values of the path's parameters."""
        yield from self._server()
        yield from self._security()
        yield from self._parameters(path)
        yield from self._body()

    def _complaint(self, field: str, problem: str, before: str = "", after: str = "") -> Complaint:
        return Complaint(self._after.endpoint, "request", field, problem, before, after)

    def _server(self) -> Iterator[Complaint]:
        before, after = self._before.servers(), self._after.servers()
        sent = f"{self._request.url.scheme}://{self._request.url.netloc.decode()}"
        for url in dict.fromkeys([sent, *Environment]):
            if url not in after:
                texts = (", ".join(urls) or "none" for urls in (before, after))
                yield self._complaint("server", f"{url} is not among the servers", *texts)

    def _security(self) -> Iterator[Complaint]:
        alternatives = self._after.security()
        if alternatives and not any(
            all(_satisfies(self._request, scheme) for scheme in each.values())
            for each in alternatives
        ):
            before, after = self._before.describe_security(), self._after.describe_security()
            yield self._complaint("security", "nothing that was sent is enough", before, after)

    def _parameters(self, path: dict[str, str]) -> Iterator[Complaint]:
        query = self._request.url.params
        given = {"path": path, "query": query, "header": self._request.headers}
        declared = set()
        for parameter in self._loaded.iter_parameters():
            where, name = parameter.location.value, parameter.name
            declared.add((where, name))
            value = given.get(where, {}).get(name)
            if value is None:
                if parameter.is_required:
                    yield self._parameter(where, name, "required, but not sent")
            elif not any(parameter.is_valid(reading) for reading in _readings(value)):
                yield self._parameter(where, name, f"{value!r} is not allowed")
        for name in query:
            if ("query", name) not in declared:
                yield self._parameter("query", name, fields.NOT_DECLARED)

    def _parameter(self, where: str, name: str, problem: str) -> Complaint:
        before, after = (
            side.describe_parameter(where, name) for side in (self._before, self._after)
        )
        return self._complaint(f"{where} {name}", problem, before, after)

    def _body(self) -> Iterator[Complaint]:
        media = self._request.headers.get("content-type", "")
        body = self._loaded.get_body_for_media_type(media) if self._loaded.body else None
        if body is None:
            if self._request.content:
                known = ", ".join(each.media_type for each in self._loaded.body) or "no body"
                yield self._complaint("body", f"media type {media!r} is not declared", media, known)
            return
        try:
            value = json.loads(self._request.content)
        except ValueError as error:
            yield self._complaint("body", f"not JSON: {error}")
            return
        found = [
            each
            for error in body.get_validator().iter_errors(value)
            for each in self._body_errors(media, error)
        ]
        # A branch that fails takes all its properties along: only those are undeclared that no
        # branch declares, unless there is nothing else to complain of.
        plain = [each for each in found if each.problem != _UNEXPECTED]
        undeclared = [each for each in found if each.after == fields.NOT_DECLARED]
        yield from dict.fromkeys([*plain, *(undeclared if plain else found)])

    def _body_errors(self, media: str, error: Any) -> Iterator[Complaint]:
        at = [fields.EACH if isinstance(step, int) else step for step in error.instance_path]
        unexpected = getattr(error.kind, "unexpected", [])
        missing = getattr(error.kind, "property", None)
        for name in unexpected or [missing]:
            steps = at if name is None else [*at, name]
            before, after = (
                side.describe_body(media, steps) for side in (self._before, self._after)
            )
            problem = _UNEXPECTED if unexpected else error.message
            yield self._complaint(f"body {'.'.join(steps)}".strip(), problem, before, after)


def _satisfies(request: httpx.Request, scheme: Content) -> bool:
    if scheme.get("type") == "http":
        given = request.headers.get("authorization", "").partition(" ")[0].lower()
        return bool(given == scheme.get("scheme", "").lower())
    if scheme.get("type") == "apiKey" and scheme.get("in") == "header":
        return scheme["name"] in request.headers
    return False


def _readings(text: str) -> list[object]:
    """List what a text in a URL may stand for."""
    try:
        value = json.loads(text)
    except ValueError:
        return [text]
    return [text, value] if isinstance(value, int | float) else [text]

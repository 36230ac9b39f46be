"""An operation of ours as a document publishes it, and what the document says of its parts."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from contract_tests.contract import fields
from scripts.document import slices
from scripts.document.operations import Operation
from scripts.document.schemas import Schema
from scripts.document.slices import Content, resolve_pointer


@dataclass(frozen=True)
class Published:
    """One operation of one document."""

    content: Content
    path: str
    method: str

    @classmethod
    def find(cls, content: Content, operation: Operation) -> "Published | None":
        """Find an operation of ours; parameter names in its path do not matter."""
        path = slices.find(content, operation)
        return None if path is None else cls(content, path, operation.method)

    @property
    def endpoint(self) -> str:
        """Method and path, as in `POST /v1/resident-credits/rentvine/`."""
        return f"{self.method.upper()} {self.path}"

    @property
    def details(self) -> Content:
        """The operation itself."""
        found: Content = self.content["paths"][self.path][self.method]
        return found

    def servers(self) -> list[str]:
        """List the URLs that serve the operation."""
        levels = (self.details, self.content["paths"][self.path], self.content)
        given = (level["servers"] for level in levels if level.get("servers"))
        nearest = next(given, list[Content]())
        return [server["url"].rstrip("/") for server in nearest]

    def security(self) -> list[dict[str, Content]]:
        """List the alternatives of authentication: each the schemes, by name, that it takes."""
        schemes = self.content.get("components", {}).get("securitySchemes", {})
        default: list[Content] = self.content.get("security", [])
        alternatives = self.details.get("security", default)
        return [{name: schemes.get(name, {}) for name in each} for each in alternatives]

    def parameters(self) -> dict[tuple[str, str], Content]:
        """Map place and name of each parameter to the parameter; an operation's own comes first."""
        shared = self.content["paths"][self.path].get("parameters", [])
        resolved = (self._resolved(each) for each in [*shared, *self.details.get("parameters", [])])
        return {(each["in"], each["name"]): each for each in resolved}

    def request_body(self, media: str) -> Schema | None:
        """Return the schema of the request body; None where no such body is declared."""
        content = self._resolved(self.details.get("requestBody", {})).get("content", {})
        return content.get(media.partition(";")[0].strip(), {}).get("schema")

    def responses(self) -> dict[str, dict[str, Schema]]:
        """Map each status, range or "default" to the schemas of its bodies, by media type."""
        return {
            str(status): {
                media.partition(";")[0].strip(): each.get("schema", {})
                for media, each in self._resolved(response).get("content", {}).items()
            }
            for status, response in self.details["responses"].items()
        }

    def describe_parameter(self, where: str, name: str) -> str:
        """Say what is demanded of a parameter."""
        parameter = self.parameters().get((where, name))
        if parameter is None:
            return fields.NOT_DECLARED
        need = "required" if parameter.get("required") else "optional"
        return f"{need} {fields.describe(self.content, parameter.get('schema', {}))}"

    def describe_body(self, media: str, steps: Sequence[str]) -> str:
        """Say what is demanded of a field of the request body."""
        schema = self.request_body(media)
        return "no such body" if schema is None else fields.describe(self.content, schema, steps)

    def describe_security(self) -> str:
        """Say what authentication is demanded."""
        return json.dumps(self.security(), sort_keys=True)

    def _resolved(self, node: Any) -> Content:
        found: Content = resolve_pointer(self.content, node["$ref"]) if "$ref" in node else node
        return found

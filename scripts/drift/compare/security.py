"""Whether credentials that were accepted still are."""

from dataclasses import dataclass
from typing import Any

from ...document.references import mapping, sequence
from ...document.schemas import is_annotation
from ..shape.parts import text


@dataclass(frozen=True)
class Credential:
    """One scheme that a request must satisfy: its kind, its flows if it has any, its scopes."""

    kind: str
    flows: frozenset[str]
    scopes: frozenset[str]

    @classmethod
    def of(cls, scheme: dict[str, Any], scopes: Any) -> "Credential":
        """Read a security scheme, and the scopes that one operation needs of it."""
        needed = frozenset(map(str, sequence(scopes)))
        kind = str(scheme.get("type", "undefined scheme"))
        if kind == "oauth2":
            flows = mapping(scheme.get("flows")).items()
            return cls(kind, frozenset(_flow(name, mapping(flow)) for name, flow in flows), needed)
        if kind == "http":
            return cls(f"http {str(scheme.get('scheme')).lower()}", frozenset(), needed)
        if kind == "apiKey":
            place, name = scheme.get("in"), str(scheme.get("name"))
            return cls(
                f"apiKey {place} {name.lower() if place == 'header' else name}", frozenset(), needed
            )
        rest = {k: v for k, v in scheme.items() if k != "type" and not is_annotation(k)}
        return cls(f"{kind} {text(rest)}" if rest else kind, frozenset(), needed)

    def is_met_by(self, other: "Credential") -> bool:
        """Whether who has `other` has this one."""
        return self.kind == other.kind and self.flows >= other.flows and self.scopes <= other.scopes

    def __str__(self) -> str:
        """Write it for a report."""
        return " ".join([self.kind, *sorted(self.scopes)])


Requirement = frozenset[Credential]  # all of them together; empty if none is needed


def is_met(requirement: Requirement, credentials: Requirement) -> bool:
    """Whether a request with `credentials` satisfies `requirement`."""
    return all(any(need.is_met_by(have) for have in credentials) for need in requirement)


def shown(requirements: frozenset[Requirement]) -> list[str]:
    """Write alternatives for a report."""
    return sorted(" and ".join(sorted(map(str, needs))) or "none" for needs in requirements)


def _flow(name: str, flow: dict[str, Any]) -> str:
    """Write a flow without its scopes: those that are needed stand at the operation."""
    return text([name, *sorted((k, v) for k, v in flow.items() if k.endswith("Url"))])

"""For the reference pages: show each flow of a resource as the method that its callers see.

`make docs` runs this inside mkdocstrings, which reads sources and sees `create = blocking(...)`.
"""

import inspect
import re
from importlib import import_module
from typing import Any

import griffe

_MODULE_OR_VARIABLE = re.compile(r"\b(?:\w+\.)+(?=\w)|\[~\w+\]")


class Flows(griffe.Extension):
    """Replaces the attributes of resources by the methods they are at run time."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Look at every class of every module, once all are read."""
        for module in pkg.modules.values():
            for each in module.classes.values():
                if any(str(base).startswith("Resource[") for base in each.bases):
                    _show_methods(each)


def _show_methods(resource: griffe.Class) -> None:
    loaded = getattr(import_module(resource.module.path), resource.name)
    for name, method in inspect.getmembers(loaded, inspect.isfunction):
        attribute = resource.attributes.get(name)
        if attribute is None:
            continue
        signature = inspect.signature(method)
        resource.set_member(
            name,
            griffe.Function(
                name,
                lineno=attribute.lineno,
                endlineno=attribute.endlineno,
                parameters=griffe.Parameters(*map(_parameter, signature.parameters.values())),
                returns=_shown(signature.return_annotation),
                docstring=griffe.Docstring(inspect.getdoc(method) or ""),
            ),
        )


def _parameter(parameter: inspect.Parameter) -> griffe.Parameter:
    return griffe.Parameter(
        parameter.name,
        annotation=_shown(parameter.annotation),
        kind=griffe.ParameterKind[parameter.kind.name.lower()],
        default=None if parameter.default is parameter.empty else repr(parameter.default),
    )


def _shown(annotation: Any) -> str | None:
    if annotation is inspect.Parameter.empty:
        return None
    return _MODULE_OR_VARIABLE.sub("", inspect.formatannotation(annotation))

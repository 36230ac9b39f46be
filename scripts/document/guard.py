"""Nothing a document says may run: generated code is checked against what the templates print.

It is read as a syntax tree, before anything is imported. What is not on these lists is refused: a
file, an import, a kind of statement, a builtin, a call that importing would make.
"""

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from ..support.errors import GenerationError

IMPORTS = {
    "__future__": {"annotations"},
    "collections.abc": {"Mapping", "Sequence"},
    "dataclasses": {"dataclass", "field"},
    "datetime": {"date"},
    "decimal": {"Decimal"},
    "functools": {"cached_property"},
    "typing": {
        "Any", "Literal", "NotRequired", "Self", "TYPE_CHECKING", "TypeAlias", "TypedDict",
        "get_args",
    },
}  # fmt: skip
OURS = {
    "_engine": {"records", "values"},
    "_engine.exchange": {"Session"},
    "_engine.flow": {"Flow"},
    "_engine.http": {"AsyncTransport", "SyncTransport"},
    "_engine.listing": {"AsyncListing", "Listable", "Listing", "ListingT"},
    "_engine.methods": {
        "AsyncLedgerResource", "AsyncResource", "AsyncWriteResource", "LedgerResource", "Resource",
        "WriteResource", "named_arguments",
    },
    "_engine.pages": {"OLDEST_FIRST", "PAGE_SIZE", "Pages"},
    "_engine.read_back": {"Comparison", "ReadBackFlows"},
    "_engine.reads": {"ReadFlows"},
    "_engine.records": {"Part", "Record"},
    "_engine.writes": {"FOLLOW_SECONDS", "POLL_SECONDS", "WriteFlows"},
    "messages": {"Request"},
    "results": {"AcceptedWrite", "PostedWrite"},
}  # fmt: skip
"""What generated code may import of the hand-written package around it."""
TAKEN = frozenset(name for names in (*IMPORTS.values(), *OURS.values()) for name in names)
"""Names that generated modules use, so that no record or group can have them."""
ALIASES = {"records": "_read", "values": "_values"}
BUILTINS = {"bool", "classmethod", "float", "int", "list", "property", "str", "tuple"}
SPECIAL = {"__all__"}
DECORATORS = {
    "cached_property", "classmethod", "dataclass(frozen=True, slots=True, kw_only=True)",
    "named_arguments", "property",
}  # fmt: skip
CALLED_ON_IMPORT = {"Comparison", "TypedDict", "dataclass", "field"}
NODES = (
    ast.Module, ast.Import, ast.ImportFrom, ast.alias, ast.ClassDef, ast.FunctionDef,
    ast.AsyncFunctionDef, ast.arguments, ast.arg, ast.keyword, ast.Expr, ast.Assign, ast.AnnAssign,
    ast.AugAssign, ast.Return, ast.If, ast.Await, ast.Name, ast.Attribute, ast.Constant, ast.Call,
    ast.Subscript, ast.Tuple, ast.List, ast.Dict, ast.ListComp, ast.comprehension, ast.IfExp,
    ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.USub, ast.expr_context, ast.cmpop,
    ast.boolop, ast.Add, ast.BitOr,
)  # fmt: skip


def check(package: Path) -> None:
    """Look at every file of `package`. Raises `GenerationError` naming the first that is unfit."""
    for path in sorted(package.rglob("*")):
        where = path.relative_to(package).as_posix()
        if path.is_symlink() or not (path.is_dir() or path.suffix == ".py"):
            raise _refusal(where, "is no Python module")
        if path.is_file():
            _check_module(path, where)


def _check_module(path: Path, where: str) -> None:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _refusal(where, f"is not Python: {error}") from None
    depth = where.count("/") + 1
    for node, bound in _walk(tree):
        for fault in _faults(node, depth, bound):
            raise _refusal(f"{where}:{getattr(node, 'lineno', 1)}", f"has {fault}")
    for node in _run_on_import(tree.body):
        if isinstance(node, ast.Call) and _name(node.func) not in CALLED_ON_IMPORT:
            raise _refusal(f"{where}:{node.lineno}", f"calls {ast.unparse(node.func)} on import")


def _refusal(where: str, what: str) -> GenerationError:
    return GenerationError(
        f"_generated/{where} {what}, which the templates never print: do not trust this document."
        " Nothing was replaced"
    )


def _walk(tree: ast.AST) -> Iterator[tuple[ast.AST, frozenset[str]]]:
    """Yield every node, and the parameters of the functions it stands in."""
    waiting: list[tuple[ast.AST, frozenset[str]]] = [(tree, frozenset())]
    while waiting:
        node, bound = waiting.pop()
        yield node, bound
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            bound |= {each.arg for each in ast.walk(node.args) if isinstance(each, ast.arg)}
        waiting += [(child, bound) for child in ast.iter_child_nodes(node)]


def _faults(node: ast.AST, depth: int, bound: frozenset[str]) -> Iterator[str]:
    if not isinstance(node, NODES):
        yield f"a {type(node).__name__}"
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (f"an import of {a.name}" for a in node.names if not _may_import(node, a, depth))
    elif isinstance(node, ast.Name) and not _may_name(node, bound):
        yield f"the name {node.id}"
    elif isinstance(node, ast.Attribute) and not _is_plain(node.attr):
        yield f"the attribute {node.attr}"
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
        yield from (f"the decorator {name}" for name in sorted(decorators - DECORATORS))


def _may_import(node: ast.Import | ast.ImportFrom, alias: ast.alias, depth: int) -> bool:
    if isinstance(node, ast.Import):
        return False
    module = node.module or ""
    if not node.level:
        return alias.name in IMPORTS.get(module, ()) and alias.asname is None
    if node.level > depth:
        known = node.level == depth + 1 and alias.name in OURS.get(module, ())
        return known and alias.asname == ALIASES.get(alias.name)
    return alias.asname in (None, alias.name)


def _may_name(node: ast.Name, bound: frozenset[str]) -> bool:
    """Let a field or parameter have a builtin's name; few builtins may be used."""
    if not _is_plain(node.id):
        return False
    is_ours = isinstance(node.ctx, ast.Store) or node.id in bound
    return is_ours or node.id in BUILTINS or not hasattr(builtins, node.id)


def _is_plain(name: str) -> bool:
    return name in SPECIAL or not name.startswith("__")


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _run_on_import(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield every node that importing the module would run: all but the bodies of functions."""
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        inside = set(node.body) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ()
        waiting += [child for child in ast.iter_child_nodes(node) if child not in inside]

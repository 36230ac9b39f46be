"""Nothing a document says may run: generated code is held to what the generator has to write.

It is read as a syntax tree, before anything is imported. What is not on these lists is refused: a
file, an import, a kind of statement, a builtin, a call that importing would make.
"""

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from scripts.support.errors import GenerationError

IMPORTS = {
    "__future__": {"annotations"},
    "attrs": {"define", "evolve", "field"},
    "collections.abc": {"Mapping", "MutableMapping"},
    "http": {"HTTPStatus"},
    "typing": {
        "Any", "BinaryIO", "Generic", "IO", "Literal", "Self", "TYPE_CHECKING", "TypeVar", "cast",
    },
    "urllib.parse": {"quote"},
}  # fmt: skip
MODULES = {
    "httpx": {"AsyncClient", "Client", "Response", "Timeout", "TimeoutException"},
    "ssl": {"SSLContext"},
}
BUILTINS = {
    "AttributeError", "Exception", "KeyError", "TypeError", "ValueError", "bool", "bytes",
    "classmethod", "dict", "float", "id", "int", "isinstance", "list", "object", "property", "set",
    "str", "super", "tuple", "type",
}  # fmt: skip
SPECIAL = {"__all__", "__aenter__", "__aexit__", "__bool__", "__contains__", "__delitem__",
           "__enter__", "__exit__", "__getitem__", "__init__", "__setitem__"}  # fmt: skip
DECORATORS = {"_attrs_define", "classmethod", "define", "property"}
CALLED_ON_IMPORT = {"TypeVar", "Unset", "_attrs_field", "field"}
NODES = (
    ast.Module, ast.Import, ast.ImportFrom, ast.alias, ast.ClassDef, ast.FunctionDef,
    ast.AsyncFunctionDef, ast.arguments, ast.arg, ast.keyword, ast.Expr, ast.Assign, ast.AnnAssign,
    ast.Delete, ast.Return, ast.If, ast.For, ast.Try, ast.ExceptHandler, ast.Raise, ast.Pass,
    ast.Await, ast.Name, ast.Attribute, ast.Constant, ast.Call, ast.Subscript, ast.Starred,
    ast.Tuple, ast.List, ast.Set, ast.Dict, ast.DictComp, ast.ListComp, ast.comprehension,
    ast.JoinedStr, ast.FormattedValue, ast.IfExp, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp,
    ast.expr_context, ast.cmpop, ast.boolop, ast.unaryop, ast.BitOr,
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
    for node in ast.walk(tree):
        for said in _faults(node, depth):
            raise _refusal(f"{where}:{getattr(node, 'lineno', 1)}", f"has {said}")
    for node in _run_on_import(tree.body):
        if isinstance(node, ast.Call) and _name(node.func) not in CALLED_ON_IMPORT:
            raise _refusal(f"{where}:{node.lineno}", f"calls {ast.unparse(node.func)} on import")


def _refusal(where: str, what: str) -> GenerationError:
    return GenerationError(
        f"_generated/{where} {what}, which no client needs: do not trust this document."
        " Nothing was replaced"
    )


def _faults(node: ast.AST, depth: int) -> Iterator[str]:
    if not isinstance(node, NODES):
        yield f"a {type(node).__name__}"
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (f"an import of {a.name}" for a in node.names if not _may_import(node, a, depth))
    elif isinstance(node, ast.Name) and not _is_known(node.id):
        yield f"the name {node.id}"
    elif isinstance(node, ast.Attribute):
        allowed = MODULES.get(_name(node.value), {node.attr})
        if node.attr not in allowed or not _is_plain(node.attr):
            yield f"the attribute {node.attr}"
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
        yield from (f"the decorator {name}" for name in sorted(decorators - DECORATORS))


def _may_import(node: ast.Import | ast.ImportFrom, alias: ast.alias, depth: int) -> bool:
    if isinstance(node, ast.Import):
        return alias.name in MODULES and alias.asname is None
    if node.level:
        return node.level <= depth and alias.name not in MODULES and alias.asname is None
    return alias.name in IMPORTS.get(node.module or "", ())


def _is_known(name: str) -> bool:
    return _is_plain(name) and (name in BUILTINS or not hasattr(builtins, name))


def _is_plain(name: str) -> bool:
    return name in SPECIAL or not name.startswith("__")


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _run_on_import(statements: list[ast.stmt]) -> Iterator[ast.AST]:
    """Yield every node that importing the module would run: all but the bodies of functions."""
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        yield node
        inside = set(node.body) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else ()
        waiting += [child for child in ast.iter_child_nodes(node) if child not in inside]

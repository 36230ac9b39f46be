"""Interrupts a call at the n-th line of the package that it runs."""

import dis
import functools
import linecache
import sys
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Self

import propexo_client

PACKAGE = Path(propexo_client.__file__).parent
NOT_OURS = ("testing", "_generated")


class Interrupting:
    """While it is entered, raises `error` at the `number`th line of the package that runs.

    `place` says where that was, and is empty if there were fewer lines.
    """

    def __init__(self, number: int, error: BaseException) -> None:
        self.number, self.error = number, error
        self.place = ""
        self._count = 0

    def __enter__(self) -> Self:
        sys.settrace(self._called)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _called(self, frame: FrameType, *_: object) -> Any:
        return self._line if _is_ours(frame.f_code) else None

    def _line(self, frame: FrameType, event: str, _: object) -> Any:
        if event == "line" and frame.f_lasti not in _never_interrupted(frame.f_code):
            self._count += 1
            if self._count == self.number:
                path = Path(frame.f_code.co_filename).relative_to(PACKAGE)
                self.place = f"{path}:{frame.f_lineno}"
                raise self.error
        return self._line


@functools.cache
def _is_ours(code: CodeType) -> bool:
    path = Path(code.co_filename)
    return PACKAGE in path.parents and path.relative_to(PACKAGE).parts[0] not in NOT_OURS


@functools.cache
def _never_interrupted(code: CodeType) -> frozenset[int]:
    """Find the instructions that begin a line, and at which Python takes no signal.

    These are the `try:` that does nothing, the very start and end of a handler (an error there
    would leave the interpreter with what was handled), the moment at which an `await` hands over
    its result, the end of a `with` block, before its `__exit__`, and the release of a lock: a
    signal is taken after a call, the last of which is in the `try`.
    """
    steps = list(dis.get_instructions(code))
    idle = ("NOP", "PUSH_EXC_INFO", "POP_EXCEPT", "END_SEND")
    found = {step.offset for step in steps if step.opname in idle or _releases(code, step)}
    for before, *three in zip(steps, steps[1:], steps[2:], steps[3:], strict=False):
        if all(step.opname == "LOAD_CONST" and step.argval is None for step in three):
            found.add((before if before.opname == "SWAP" else three[0]).offset)
    return frozenset(found)


def _releases(code: CodeType, step: dis.Instruction) -> bool:
    number = step.positions.lineno if step.positions else None
    return linecache.getline(code.co_filename, number or 0).strip() == "_PROCESS.release()"

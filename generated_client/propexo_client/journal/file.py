"""A journal in one append-only text file, for any number of processes on one machine.

One event a line. The first line is the header; a line without a key is a note on the journal
itself. The file is locked by `flock` for each operation, so it may have several names, and may be
opened by anybody.
"""

import os
import stat
import sys
import threading
import time
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ..errors import InvalidArgument, JournalRefused, JournalUnavailable, PropexoError
from . import disk
from .base import COMMIT_SECONDS, BaseJournal
from .events import Event, History
from .header import Header, Note, first_note, signed
from .lines import CHUNK, Index, data_in, data_of, event_of, holds_a_line, line_of

_LONGEST_LINE = 1 << 20

_PROCESS = threading.RLock()
"""Held through every operation on any file, and through every fork.

Without it a child may inherit a lock on the file that nobody in it will ever release.
"""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_PROCESS.acquire, after_in_parent=_PROCESS.release, after_in_child=_PROCESS.release
    )

_failed: dict[str, str] = {}
"""Files that this process could not write, and why. A later success proves nothing."""


class Journal(BaseJournal):
    """The journal in the file at `path`, which `journal init` has made.

        Propexo(environment="sandbox", journal=Journal("credits.journal"))

    `id` is what `journal init` printed: pin it, and an empty or foreign journal in the right place
    is refused. Any number of processes and threads may use one file; network file systems are
    refused. Raises `JournalRefused` when it is not there, a copy, damaged, or of a newer version.
    The file contains what was posted, so only its owner may read it.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        id: str | None = None,  # noqa: A002
        clock: Callable[[], float] = time.time,
        _adopting: bool = False,
    ) -> None:
        self.path = Path(os.path.abspath(os.fspath(path)))  # noqa: PTH100 (keeps symbolic links)
        self._pinned = id
        self._clock = clock
        self._adopting = _adopting
        self._file: str = ""
        self._index = Index()
        self._checked = 0
        if sys.platform == "win32":
            raise JournalRefused("journal: Windows has no flock; use PostgresJournal there")
        with self._open(write=False, within=COMMIT_SECONDS):
            pass

    def __str__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return f"Journal({str(self.path)!r})"

    @classmethod
    def init(
        cls, path: str | os.PathLike[str], *, environment: str, ephemeral: bool = False
    ) -> str:
        """Make an empty journal, and return its id. There must be nothing at `path`.

        `environment` is what the clients that use it are given. `ephemeral` allows a disk that
        ends with the container; such a journal is refused for production.
        """
        file = Path(os.path.abspath(os.fspath(path)))  # noqa: PTH100
        note = signed(first_note(environment, ephemeral=ephemeral))
        _check_place(file.parent, note)
        try:
            fd = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            try:
                _write(fd, line_of({**note, "home": disk.identity(fd)}), 0)
                disk.sync_folder(file.parent)
            except BaseException:
                file.unlink()
                raise
            finally:
                os.close(fd)
        except FileExistsError as error:
            raise JournalRefused(
                f"journal: {file} cannot be made: there is something already. If it is the journal "
                f"of these credits, use it as it is"
            ) from error
        except OSError as error:
            why = error.strerror or error
            raise JournalRefused(f"journal: {file} cannot be made: {why}") from error
        return str(note["id"])

    @classmethod
    def adopt(cls, path: str | os.PathLike[str], *, used: Iterable[str], because: str) -> int:
        """Take a restored or copied journal for the journal from now on, having read all of it.

        `used` are the keys that were used since the copy was made: each becomes unknown. Leaving
        one out may post it twice. Returns how many keys were closed.
        """
        return cls(path, _adopting=True)._adopt(used, because)

    # What a store does

    def _read(self, key: str, within: float) -> tuple[History, float]:
        with self._open(write=False, within=within) as fd:
            return self._history(fd, self._index.spans.get(key, array("Q"))), self._clock()

    def _append(self, event: Event, lasting: float | None, within: float) -> Event | None:
        with self._open(write=True, within=within) as fd:
            if event.seq != len(self._index.spans.get(event.key, ())) // 2 + 1:
                return None
            now = round(self._clock(), 3)
            deadline = None if lasting is None else round(now + lasting, 3)
            stamped = replace(event, at=now, deadline=deadline)
            self._commit(fd, data_of(stamped))
            return stamped

    def _owner(self, job_id: str, within: float) -> str | None:
        with self._open(write=False, within=within):
            return self._index.owners.get(job_id)

    def _histories(self) -> Iterator[tuple[History, float]]:
        with self._open(write=False, within=COMMIT_SECONDS) as fd:
            keys, mine = list(self._index.spans.values()), os.dup(fd)
        try:
            for spans in keys:
                yield self._history(mine, spans), self._clock()
        finally:
            os.close(mine)

    def _notes(self) -> tuple[Note, ...]:
        with self._open(write=False, within=COMMIT_SECONDS):
            return tuple(self._index.notes)

    def _append_note(self, note: Note) -> None:
        with self._open(write=True, within=COMMIT_SECONDS) as fd:
            self._commit(fd, note)

    def _home(self) -> str:
        with self._open(write=False, within=COMMIT_SECONDS) as fd:
            return disk.identity(fd)

    # The file

    @contextmanager
    def _open(self, *, write: bool, within: float) -> Generator[int]:
        """Open and lock the file, and take in what was appended since."""
        until = time.monotonic() + within
        if not _PROCESS.acquire(timeout=max(0.0, within)):
            raise JournalUnavailable(f"{self} is busy in another thread")
        try:
            fd = self._descriptor(write)
            try:
                self._recognize(fd)
                self._index.read_on(fd)  # without the lock, so that a long file blocks nobody
                disk.lock(fd, exclusive=write, until=until)
                try:
                    self._catch_up(fd)
                    yield fd
                finally:
                    disk.unlock(fd)
            finally:
                os.close(fd)
        except OSError as error:
            raise JournalUnavailable(f"{self}: {error.strerror or error}") from error
        except PropexoError:
            raise
        except BaseException:
            self._file = ""  # what was taken in may be half of a line: read it all again
            raise
        finally:
            _PROCESS.release()

    def _descriptor(self, write: bool) -> int:
        how = os.O_RDWR if write else os.O_RDONLY
        try:
            return os.open(self.path, how | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            raise self._refused("is not there. Make it once: journal init") from None
        except (PermissionError, IsADirectoryError) as error:
            raise self._refused(f"cannot be opened: {error.strerror}") from None

    def _recognize(self, fd: int) -> None:
        """Start over when it is another file than before; check what is cheap to check."""
        status = os.fstat(fd)
        file = f"{status.st_dev}:{disk.identity(fd)}"
        if file != self._file:
            self._index, self._file, self._checked = Index(), file, 0
        if file in _failed:
            raise JournalUnavailable(
                f"{self} could not be written ({_failed[file]}); restart the process"
            )
        if not stat.S_ISREG(status.st_mode):
            raise self._refused("is not a file")
        if status.st_mode & 0o007:
            raise self._refused("is open to every user of this machine: chmod o= it")
        if not self._index.follows(fd):
            raise self._refused("was cut or replaced while it was in use. Restored? journal adopt")

    def _catch_up(self, fd: int) -> None:
        """Take in all that is there, and refuse what is not the journal it should be."""
        if not self._index.read_on(fd) and holds_a_line(_rest(fd, self._index.size)):
            line = _line_number(fd, self._index.size)
            raise self._refused(f"is damaged in line {line}, which others follow")
        if self._checked == 0 or self._checked < len(self._index.notes):
            header = Header.of(self._index.notes)
            self._check(header, disk.identity(fd))
            _check_place(self.path, {"ephemeral": header.ephemeral})
            self._checked = len(self._index.notes)

    def _commit(self, fd: int, data: Note) -> None:
        """Append one line durably, over whatever a writer that died has left behind the last."""
        line = line_of(data)
        if len(line) > _LONGEST_LINE:
            raise InvalidArgument(f"fields: are too large; {_LONGEST_LINE} bytes fit the journal")
        try:
            _write(fd, line, self._index.size)
        except OSError as error:
            _failed[self._file] = str(error)
            raise
        self._index.add(line[:-1], dict(data))

    def _history(self, fd: int, spans: "array[int]") -> History:
        try:
            return tuple(
                event_of(data_in(os.pread(fd, end - start, start)) or {})
                for start, end in zip(spans[::2], spans[1::2], strict=True)
            )
        except (TypeError, ValueError, KeyError) as error:
            raise self._refused(f"has an event that cannot be read: {error!r}") from error


def _write(fd: int, line: bytes, at: int) -> None:
    if os.fstat(fd).st_size > at:
        os.ftruncate(fd, at)
    written = os.pwrite(fd, line, at)
    if written != len(line):
        raise OSError(f"only {written} of {len(line)} bytes were written")
    disk.sync(fd)


def _check_place(path: Path, note: Note) -> None:
    place, kind = disk.place_of(path)
    if place == "network":
        raise JournalRefused(
            f"journal: {path} is on {kind}, which other machines may write without its locks. Use "
            f"a local disk, or PostgreSQL for several machines"
        )
    if place == "ephemeral" and not note["ephemeral"]:
        raise JournalRefused(
            f"journal: {path} is on {kind}, which ends with the container or the machine, and with "
            f"it all memory of what was posted. Use a disk that stays (or init --ephemeral, "
            f"outside production)"
        )


def _rest(fd: int, start: int) -> bytes:
    return os.pread(fd, os.fstat(fd).st_size - start, start)


def _line_number(fd: int, offset: int) -> int:
    return 1 + sum(
        os.pread(fd, min(CHUNK, offset - start), start).count(b"\n")
        for start in range(0, offset, CHUNK)
    )

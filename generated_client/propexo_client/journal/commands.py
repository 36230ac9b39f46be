"""Keep a journal of idempotency keys: look into it, settle what nothing else can.

Exit codes:
  0  done
  1  some keys could not be settled, or a retry has not ended well
  2  wrong usage, or a wrong argument
  3  list: a person is needed for some keys
  4  the journal is not there, not to be trusted, or not available
"""

import argparse
import os
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from ..errors import InvalidArgument, JournalRefused, JournalUnavailable, PropexoError
from ..results import AcceptedWrite, PostedWrite
from . import shown
from .base import BaseJournal
from .claims import check_key
from .events import Entry, State
from .file import Journal

JOURNAL_VARIABLE = "PROPEXO_JOURNAL"
SOME_REFUSED, WRONG_USAGE, PERSON_NEEDED, NO_JOURNAL = 1, 2, 3, 4


class Writes(Protocol):
    """What `retry` needs of a client."""

    def retry_write(self, job_id: str) -> AcceptedWrite:
        """Have a failed job run again."""
        ...

    def wait(self, job_id: str) -> PostedWrite:
        """Follow a job to its end."""
        ...


Connect: TypeAlias = Callable[[BaseJournal], AbstractContextManager[Writes]]


def main(prog: str, arguments: Sequence[str], connect: Connect) -> int:
    """Run the command line of a journal, and return its exit code.

    `connect` makes a client with a journal, for the one command that sends something.
    """
    parser = _parser(prog)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        parser.error(f"unknown: {' '.join(unknown)}. A journal is named by --journal PATH-or-URL")
    options.connect = connect
    return _guarded(options.run, options)


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    inner = parser.add_subparsers(metavar="COMMAND", required=True)
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--journal", metavar="PATH-or-URL", help=f"else the one in {JOURNAL_VARIABLE}"
    )

    def command(name: str, run: Callable[[argparse.Namespace], int], text: str) -> Any:
        made = inner.add_parser(name, parents=[where] * (name != "init"), help=text)
        made.set_defaults(run=run)
        return made

    init = command("init", _init, "make an empty journal, once")
    init.add_argument("place", metavar="PATH-or-URL")
    init.add_argument("--environment", required=True, help="sandbox, production or a URL")
    init.add_argument("--ephemeral", action="store_true", help="allow a disk that will be lost")
    listed = command("list", _list, "list keys, those that need a person first")
    listed.add_argument("--state", choices=[*map(str, State), "overdue"], metavar="STATE")
    command("show", _show, "show all that is known of a key").add_argument("key", metavar="KEY")
    resolve = command("resolve", _resolve, "say what became of keys, having looked")
    resolve.add_argument("keys", metavar="KEY", nargs="+")
    resolve.add_argument("verdict", choices=("posted", "not-posted"))
    resolve.add_argument("--because", metavar="TEXT", required=True, help="who saw what, and where")
    resolve.add_argument("--sooner", action="store_true", help="within 24 hours: the vendor's word")
    resolve.add_argument("--give-up-job", action="store_true", help="nobody will retry its job")
    retry = command("retry", _retry, "have a key's failed job run again, by PROPEXO_TOKEN")
    retry.add_argument("key", metavar="KEY")
    adopt = command("adopt", _adopt, "take a restored or copied journal, or another address")
    used = adopt.add_mutually_exclusive_group()
    used.add_argument("--used-since", metavar="FILE", help="keys used since the copy, one a line")
    used.add_argument("--none-used", action="store_true", help="no key was used since the copy")
    adopt.add_argument("--also", metavar="URL", help="an address that leads to the same books")
    adopt.add_argument("--because", metavar="TEXT", required=True, help="who did what, and when")
    command("upgrade", _upgrade, "bring an older journal up to this version")
    return parser


def open_journal(place: str | None) -> BaseJournal:
    """Open the journal at a path or URL, or the one that PROPEXO_JOURNAL names."""
    place = place_of(place)
    journal: BaseJournal = _kind(place)(place)
    return journal


def place_of(place: str | None) -> str:
    """Return the path or URL of the journal that is meant."""
    place = place or os.environ.get(JOURNAL_VARIABLE)
    if not place:
        raise InvalidArgument(
            f"journal: pass --journal PATH-or-URL, or set {JOURNAL_VARIABLE}. It remembers what "
            f"was posted. Make it once: journal init PATH --environment ..."
        )
    return place


def _kind(place: str) -> Any:
    if not place.startswith(("postgresql:", "postgres:")):
        return Journal
    from .postgres import PostgresJournal  # needs psycopg

    return PostgresJournal


def _guarded(run: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    try:
        return run(options)
    except (JournalRefused, JournalUnavailable, ImportError) as error:
        print(error, file=sys.stderr)
        return NO_JOURNAL
    except InvalidArgument as error:
        print(error, file=sys.stderr)
        return WRONG_USAGE
    except PropexoError as error:
        print(error, file=sys.stderr)
        return SOME_REFUSED


@contextmanager
def _journal(options: argparse.Namespace) -> Generator[BaseJournal]:
    with closing(open_journal(options.journal)) as journal:
        yield journal


def _init(options: argparse.Namespace) -> int:
    place, kind = options.place, _kind(options.place)
    name = kind.init(place, environment=options.environment, ephemeral=options.ephemeral)
    print(f"made {place}\nOpen it with its id, so that no other can take its place:")
    print(f"  {kind.__name__}({place!r}, id={name!r})")
    return 0


def _list(options: argparse.Namespace) -> int:
    with _journal(options) as journal:
        needed = False

        def entries() -> Iterator[Entry]:
            nonlocal needed
            for entry in journal.entries(state=options.state):
                needed = needed or entry.needs_a_person
                yield entry

        for line in shown.listing(entries()):
            print(line)
    return PERSON_NEEDED if needed else 0


def _show(options: argparse.Namespace) -> int:
    with _journal(options) as journal:
        print("\n".join(shown.details(_entry(journal, options.key))))
    return 0


def _resolve(options: argparse.Namespace) -> int:
    refused = 0
    with _journal(options) as journal:
        for key in options.keys:
            try:
                before = _entry(journal, key)
                if options.verdict == "not-posted":
                    print("\n".join(shown.evidence(before)))
                entry = journal.resolve(
                    key,
                    "posted" if options.verdict == "posted" else "not_posted",
                    because=options.because,
                    sooner=options.sooner,
                    give_up_job=options.give_up_job,
                )
            except (JournalRefused, JournalUnavailable):
                raise
            except PropexoError as error:
                refused += 1
                print(error, file=sys.stderr)
            else:
                print(f"{key}: was {shown.label(before)}, is {shown.label(entry)}")
    return SOME_REFUSED if refused else 0


def _retry(options: argparse.Namespace) -> int:
    with _journal(options) as journal:
        entry = _entry(journal, options.key)
        if entry.state is not State.FAILED or entry.job_id is None:
            raise InvalidArgument(
                f"key: {entry.key!r} is {shown.label(entry)}; only a failed job can be retried"
            )
        with options.connect(journal) as writes:
            accepted = writes.retry_write(entry.job_id)
            print(f"{entry.key}: accepted as job {accepted.job_id}, attempt {accepted.attempt}")
            posted = writes.wait(accepted.job_id)
    print(f"{entry.key}: posted, record {posted.created_record_id or 'not named'}")
    return 0


def _adopt(options: argparse.Namespace) -> int:
    since: str | None = options.used_since
    copied = options.none_used or since is not None
    if not copied and not options.also:
        raise InvalidArgument("adopt: pass --used-since FILE, --none-used, or --also URL")
    if copied:
        used = _keys_in(Path(since)) if since is not None else []
        place = place_of(options.journal)
        closed = _kind(place).adopt(place, used=used, because=options.because)
        print(f"adopted {place}; {closed} of {len(used)} keys used since became unknown")
    if options.also:
        with _journal(options) as journal:
            journal.also(options.also, because=options.because)
        print(f"{options.also} leads to the same books")
    return 0


def _upgrade(options: argparse.Namespace) -> int:
    with _journal(options) as journal:
        print(f"{journal} is of version {journal.header.version}, the newest: nothing to do")
    return 0


def _entry(journal: BaseJournal, key: str) -> Entry:
    entry = journal.get(key)
    if entry is None:
        raise InvalidArgument(f"key: {key!r} was never used in {journal}")
    return entry


def _keys_in(path: Path) -> list[str]:
    """Read keys, one a line. An empty list is refused: a failed export must not mean "none"."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InvalidArgument(f"--used-since: {path} is not UTF-8 text") from None
    except OSError as error:
        raise InvalidArgument(f"--used-since: {path} cannot be read: {error.strerror}") from None
    keys = [_key(line.strip(), f"{path}:{n}") for n, line in enumerate(lines, 1) if line.strip()]
    if not keys:
        raise InvalidArgument(
            f"--used-since: {path} has no key; if none was used, say so with --none-used"
        )
    return keys


def _key(text: str, place: str) -> str:
    try:
        return check_key(text)
    except InvalidArgument as error:
        why = str(error).removeprefix("idempotency_key: ")
        raise InvalidArgument(f"--used-since: {place}: {why}") from None

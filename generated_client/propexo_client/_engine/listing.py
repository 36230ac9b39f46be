"""Lists as users see them: iterate over the records, or walk page by page. Each is read once."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Generic, TypeVar

from .http import AsyncTransport, SyncTransport
from .pages import Pages
from .records import Record

ListingT = TypeVar("ListingT")
R = TypeVar("R", bound=Record)


class Listable(ABC, Generic[ListingT]):
    """A group that can be listed. `ListingT` is what its client lists with."""

    @abstractmethod
    def _listing(self, pages: Pages[Any]) -> ListingT: ...


class Listing(Iterator[R], Generic[R]):
    """The records of a list, fetched page by page as they are needed.

    Iterate over it, or over `.pages()` for lists of records; both go on from where it is.
    """

    def __init__(self, pages: Pages[R], transport: SyncTransport) -> None:
        self._pages = pages
        self._transport = transport
        self._rows: Iterator[R] = iter(())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._pages!r}>"

    def __next__(self) -> R:
        while True:
            for row in self._rows:
                return row
            if self._pages.finished:
                raise StopIteration
            self._rows = iter(self._transport.run(self._pages.turn()))

    def pages(self) -> Iterator[list[R]]:
        """Walk page by page; the first holds what is left of the page in hand."""
        if rest := list(self._rows):
            yield rest
        while not self._pages.finished:
            yield self._transport.run(self._pages.turn())

    def one(self, where: Callable[[R], bool] | None = None) -> R:
        """Return the only record, or the only one for which `where` is true.

        Ambiguity is for you to resolve: raises `SeveralMatches` with the `candidates`, and
        `NoMatch` when there is none. Which filters the server applied is its affair; `where` looks
        at the record itself.
        """
        return self._transport.run(self._pages.one(where, self._rows))


class AsyncListing(AsyncIterator[R], Generic[R]):
    """The records of a list, fetched page by page as they are needed.

    Iterate over it with `async for`, or over `.pages()` for lists of records; both go on from
    where it is.
    """

    def __init__(self, pages: Pages[R], transport: AsyncTransport) -> None:
        self._pages = pages
        self._transport = transport
        self._rows: Iterator[R] = iter(())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._pages!r}>"

    async def __anext__(self) -> R:
        while True:
            for row in self._rows:
                return row
            if self._pages.finished:
                raise StopAsyncIteration
            self._rows = iter(await self._transport.run(self._pages.turn()))

    async def pages(self) -> AsyncIterator[list[R]]:
        """Walk page by page; the first holds what is left of the page in hand."""
        if rest := list(self._rows):
            yield rest
        while not self._pages.finished:
            yield await self._transport.run(self._pages.turn())

    async def one(self, where: Callable[[R], bool] | None = None) -> R:
        """Return the only record, or the only one for which `where` is true.

        Ambiguity is for you to resolve: raises `SeveralMatches` with the `candidates`, and
        `NoMatch` when there is none. Which filters the server applied is its affair; `where` looks
        at the record itself.
        """
        return await self._transport.run(self._pages.one(where, self._rows))

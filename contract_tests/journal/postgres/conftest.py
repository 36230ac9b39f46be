"""Journals in PostgreSQL, on a real server: skipped where there is none."""

import os
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from contract_tests.journal.servers import NoServer, postgres
from propexo_client.journal.postgres import PostgresJournal

numbers = count()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    try:
        with postgres() as url:
            yield url
    except NoServer as error:
        pytest.skip(str(error))


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """Give an empty journal in a schema of its own."""
    schema = f"test_{os.getpid()}_{next(numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        url = with_options(server, f"-csearch_path={schema}")
        PostgresJournal.init(url, environment="sandbox")
        yield url
        connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close every journal that a test opens."""
    opened: list[PostgresJournal] = []
    init = PostgresJournal.__init__

    def open_(self: PostgresJournal, *args: Any, **options: Any) -> None:
        init(self, *args, **options)
        opened.append(self)

    monkeypatch.setattr(PostgresJournal, "__init__", open_)
    yield
    for journal in opened:
        journal.close()


@pytest.fixture
def journal(url: str) -> PostgresJournal:
    return PostgresJournal(url)


def with_options(url: str, options: str) -> str:
    return f"{url}&options={quote(options)}"


def execute(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []

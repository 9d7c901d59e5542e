"""The endpoints of SS 12000:2020 that a roster needs, page by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType

from django.utils.translation import gettext as _

from kampanj.audience.importing.ss12000.answers import Node
from kampanj.audience.importing.ss12000.connection import Connection
from kampanj.audience.importing.ss12000.exceptions import EndpointMissing, FetchStopped, Reason
from kampanj.audience.importing.ss12000.token import TokenKeeper
from kampanj.audience.importing.ss12000.transport import Patience, Transport

ORGANISATIONS = "/organisations"
PERSONS = "/persons"
DELETED = "/deletedEntities"
PAGE = 200
# A system that filters after it has cut its pages may send empty ones, but not on and on.
MAX_PAGES_WITHOUT_NEWS = 20
MAX_ENTRIES = 1_000_000


class Client:
    """Asks the school system; used in a `with`. Every method raises FetchStopped, also while its result is iterated."""

    def __init__(self, connection: Connection, *, patience: Patience | None = None) -> None:
        self._connection = connection
        addresses = (connection.url, connection.token_url)
        self._transport = Transport(*addresses, patience=patience or Patience(), use_proxies=not connection.is_on_this_machine)
        self._token = TokenKeeper(connection, self._transport)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._transport.close()

    def entries(self, endpoint: str, filters: Mapping[str, str]) -> Iterator[Node]:
        """Every entry that the filters let through, in the school system's order; one may come twice when pages shift."""
        for page in self._pages(endpoint, filters, ids_in=_ids):
            yield from page.nodes("data")

    def has_any(self, endpoint: str, filters: Mapping[str, str]) -> bool:
        """Whether the filters let anything through."""
        return next(iter(self.entries(endpoint, {**filters, "limit": "1"})), None) is not None

    def deleted_persons(self, *, after: dt.datetime) -> Iterator[str]:
        """The ids of persons that were removed after the moment; EndpointMissing when the system does not tell."""
        for page in self._pages(DELETED, {"after": moment(after), "entities": "Person"}, ids_in=_deleted_ids):
            yield from (person.lower() for person in _deleted_ids(page))

    def _pages(self, endpoint: str, filters: Mapping[str, str], *, ids_in: Callable[[Node], Iterable[str]]) -> Iterator[Node]:
        query = {"limit": str(PAGE), **filters}
        seen: set[str] = set()
        tokens: set[str] = set()
        without_news = 0
        while True:
            page = self._ask(endpoint, query)
            before = len(seen)
            seen.update(ids_in(page))
            yield page
            token = page.text("pageToken")
            if not token:
                return
            without_news = without_news + 1 if len(seen) == before else 0
            if token in tokens or without_news > MAX_PAGES_WITHOUT_NEWS or len(seen) > MAX_ENTRIES:
                raise FetchStopped(
                    _("“%(endpoint)s” goes on with pages without end. Nothing was changed; ask those who run the school system.")
                    % {"endpoint": endpoint},
                    reason=Reason.ANSWER,
                )
            tokens.add(token)
            # The standard allows no other filter beside a page token.
            query = {"limit": query["limit"], "pageToken": token}

    def _ask(self, endpoint: str, query: dict[str, str]) -> Node:
        url = f"{self._connection.url}{endpoint}"
        answer = self._transport.ask("GET", url, endpoint=endpoint, auth=self._token.bearer(), params=query)
        if answer.status == 401:
            answer = self._transport.ask("GET", url, endpoint=endpoint, auth=self._token.renewed(), params=query)
        if answer.status == 200:
            return answer.node
        kind = EndpointMissing if answer.status in (404, 405, 501) else FetchStopped
        raise kind(
            _("“%(endpoint)s” refuses our question (HTTP %(status)s). Ask those who run the school system what we may read.")
            % {"endpoint": endpoint, "status": answer.status},
            reason=Reason.DENIED,
        )


def moment(when: dt.datetime) -> str:
    """An aware moment in RFC 3339, in UTC."""
    return when.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ids(page: Node) -> Iterator[str]:
    return (entry.identifier() for entry in page.nodes("data"))


def _deleted_ids(page: Node) -> list[str]:
    return page.node("data").texts("persons")

"""The desk's part of a purge: a few customers in one transaction, and a row in its audit log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emotion_component.privacy.desk_rows import (
    ANONYMISED,
    PURGED,
    empty_tickets,
    record,
    remove_tickets,
    take_labels,
)
from emotion_component.privacy.desk_tables import (
    Standing,
    counted,
    desk_tables,
    newest_sender,
    senders_after,
    standings,
)
from emotion_component.privacy.request import Request
from emotion_component.privacy.stored_events import is_nobody

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

SENDERS_AT_ONCE = 500


@dataclass(kw_only=True)
class Taken:
    """What the desk gave up, and what not.

    Attributes:
        taken: rows by table.
        kept: why the rows of these customers stay.
        newer: customers whose last ticket is not old enough.
    """

    taken: Counter[str] = field(default_factory=Counter)
    kept: dict[str, str] = field(default_factory=dict)
    newer: set[str] = field(default_factory=set)


class DeskSide:
    """The desk's database.

    Args:
        engine: may write, if the request says so.
        clock: seconds since the epoch.

    Raises:
        DataError: its tables are not understood.
    """

    def __init__(self, request: Request, engine: Engine, *, clock: Callable[[], float]) -> None:
        self._request, self._engine, self._clock = request, engine, clock
        self._tables = desk_tables(engine)

    def senders(self) -> Iterator[Sequence[str]]:
        """Customers who have tickets, page by page, without what earlier purges left to stay."""
        last = ""
        while True:
            with self._engine.connect() as connection:
                page = senders_after(connection, self._tables, last, SENDERS_AT_ONCE)
                stays = newest_sender(connection, self._tables)
            if not page:
                return
            yield [
                one
                for one in page
                if not is_nobody(one) or not (self._request.anonymise or one == stays)
            ]
            last = page[-1]

    def take(self, names: Mapping[str, str]) -> Taken:
        """Take away what there is of these customers.

        Args:
            names: of nobody, for each customer.
        """
        found, write = Taken(), self._request.write
        with self._engine.begin() if write else self._engine.connect() as connection:
            now = self._clock()
            standing = standings(connection, self._tables, list(names), now=now, lock=write)
            for one in standing.values():
                if one.busy:
                    found.kept[one.sender] = one.busy
                elif self._request.cutoff is not None and one.last_at >= self._request.cutoff:
                    found.newer.add(one.sender)
                else:
                    found.taken.update(self._take(connection, one, names[one.sender]))
            old = {one: names[one] for one in names if one not in {*found.kept, *found.newer}}
            labels = take_labels(
                connection,
                self._tables,
                old,
                before=self._request.cutoff,
                anonymise=self._request.anonymise,
                write=write,
            )
            found.taken.update(labels)
            if write and found.taken:
                self._record(connection, found.taken, now)
        return found

    def _take(self, connection: Connection, one: Standing, name: str) -> Mapping[str, int]:
        if not self._request.write:
            return counted(connection, self._tables, one.tickets)
        work = empty_tickets if self._request.anonymise else remove_tickets
        return work(connection, self._tables, one.tickets, name=name)

    def _record(self, connection: Connection, taken: Mapping[str, int], now: float) -> None:
        record(
            connection,
            self._tables,
            at=now,
            action=ANONYMISED if self._request.anonymise else PURGED,
            detail={**self._request.why, **taken},
        )

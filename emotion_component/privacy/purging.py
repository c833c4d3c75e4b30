"""Purges conversations on both sides: which may go, in which order, a few at a time.

First the desk's rows of a customer, then the tracker's: a purge that was killed in between finds
the rest when it runs again. On SQLite a pause between two transactions lets Rasa and the desk
write.
"""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from emotion_component.privacy.desk_side import DeskSide
from emotion_component.privacy.request import Request
from emotion_component.privacy.stored_events import (
    Stored,
    empty_events,
    is_nobody,
    remove_events,
    row_that_stays,
    speakers,
    stored_before,
    stored_of,
)
from emotion_component.tracker.names import REMOVED_SENDER

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

ROWS_AT_ONCE = 1000
"""Events that one transaction takes away at most."""
SENDERS_IN_A_GROUP = 100
PAUSE_SECONDS = 0.15
"""Longer than SQLite sleeps between two looks whether a lock is free."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A conversation that stays although it was asked for."""

    sender: str
    why: str


@dataclass(kw_only=True)
class Purged:
    """What was taken away, or would be.

    Attributes:
        desk: rows by table.
        again: events that a running Rasa wrote back while they were being taken away.
    """

    conversations: int = 0
    events: int = 0
    desk: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)
    again: int = 0


class Purge:
    """One run over one tracker store, and the desk's database if there is one.

    Args:
        tracker, desk: engines that may write, if the request says so.
        clock: seconds since the epoch.
        pause: called between two transactions that write.

    Raises:
        DataError: the desk's tables are not understood.
    """

    def __init__(
        self,
        request: Request,
        tracker: Engine,
        desk: Engine | None = None,
        *,
        clock: Callable[[], float] = time.time,
        pause: Callable[[], None] = lambda: time.sleep(PAUSE_SECONDS),
    ) -> None:
        self._request, self._tracker, self._clock, self._pause = request, tracker, clock, pause
        self._desk = None if desk is None else DeskSide(request, desk, clock=clock)
        self._secret = secrets.token_bytes(32)
        self.result = Purged()

    def run(self) -> Purged:
        """Do it.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: a database cannot be read or written.
        """
        customer = self._request.customer
        if customer is not None:
            self._take(self._found([customer]) or [_nothing_of(customer)])
            if self._request.write and not self.result.kept:
                self.result.again = sum(one.events for one in self._found([customer]))
            return self.result
        for page in self._old():
            for group in _groups(page):
                self._take(group)
        return self.result

    def _found(self, senders: Sequence[str]) -> list[Stored]:
        with self._tracker.connect() as connection:
            return stored_of(connection, senders)

    def _old(self) -> Iterator[Sequence[Stored]]:
        """Conversations that are old enough, page by page; last, those that only the desk has."""
        cutoff, anonymise = self._request.cutoff or 0.0, self._request.anonymise
        for page in stored_before(self._tracker, cutoff):
            with self._tracker.connect() as connection:
                stays = row_that_stays(connection)
            yield [
                one
                for one in page
                if not is_nobody(one.sender) or not (anonymise or one.last_id == stays)
            ]
        for senders in self._desk.senders() if self._desk else ():
            there = {one.sender for one in self._found(senders)}
            yield [_nothing_of(sender) for sender in senders if sender not in there]

    def _take(self, group: Sequence[Stored]) -> None:
        """Take away a few conversations, on both sides."""
        names = {one.sender: f"{REMOVED_SENDER}{secrets.token_hex(8)}" for one in group}
        with self._tracker.connect() as connection:
            spoken = speakers(connection, list(names))
        kept = {
            sender: f"`handoff` is {state}: give it back to the bot first"
            for sender, state in spoken.items()
        }
        asked = [one for one in group if one.sender not in kept]
        if self._desk is not None and asked:
            stays = self._desk.take({one.sender: names[one.sender] for one in asked})
            self.result.desk.update(stays.taken)
            kept.update(stays.kept)
            asked = [one for one in asked if one.sender not in {*stays.kept, *stays.newer}]
            if self._request.write:
                self._pause()
        self.result.kept += [Kept(sender=sender, why=why) for sender, why in kept.items()]
        asked = [one for one in asked if one.events]
        self.result.conversations += len(asked)
        if not self._request.write:
            self.result.events += sum(one.events for one in asked)
        elif asked:
            self._take_events(asked, names)

    def _take_events(self, group: Sequence[Stored], names: Mapping[str, str]) -> None:
        """In one transaction, or in several if it is one long conversation."""
        again = True
        while again:
            rows = 0
            with self._tracker.begin() as connection:
                for one in group:
                    if not self._came_back(connection, one):
                        rows += self._some_events(connection, one, names[one.sender])
            self.result.events += rows
            self._pause()
            again = len(group) == 1 and rows >= ROWS_AT_ONCE

    def _some_events(self, connection: Connection, stored: Stored, name: str) -> int:
        if not self._request.anonymise:
            return remove_events(connection, stored, name=name, limit=ROWS_AT_ONCE)
        return empty_events(
            connection, stored, name=name, pseudonym=self._pseudonym, limit=ROWS_AT_ONCE
        )

    def _came_back(self, connection: Connection, stored: Stored) -> bool:
        """Whether a customer whose conversation was old has written in this very moment."""
        cutoff = self._request.cutoff
        if cutoff is None:
            return False
        return any(one.last_at >= cutoff for one in stored_of(connection, [stored.sender]))

    def _pseudonym(self, text: str) -> str:
        # The secret is gone when the run is: nobody can try telephone numbers against it.
        return blake2b(text.encode(), key=self._secret, digest_size=12).hexdigest()


def _nothing_of(sender: str) -> Stored:
    return Stored(sender=sender, events=0, last_at=0.0, last_id=0)


def _groups(page: Sequence[Stored]) -> Iterator[list[Stored]]:
    """So many together that one transaction takes no more than `ROWS_AT_ONCE` events."""
    group: list[Stored] = []
    for one in page:
        rows = sum(other.events for other in group) + one.events
        if group and (rows > ROWS_AT_ONCE or len(group) >= SENDERS_IN_A_GROUP):
            yield group
            group = []
        group.append(one)
    if group:
        yield group

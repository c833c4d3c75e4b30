"""A tracker store in which several servers cannot spoil each other's conversations.

Rasa's own counts how many events of a conversation are stored and appends those of its tracker
that come after so many. If another server has stored something meanwhile, it leaves out as many
events as the other one wrote, and says nothing. Locks are to prevent that, but a lock expires while
a server stands still, and Rasa's Redis lock is taken in three steps. Here a save succeeds only if
nobody has written to the conversation since the tracker was read. See docs/adr/0012.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore, create_engine_kwargs
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException

from emotion_component.rasa.strict_store import OvertakenError

IDLE_MILLISECONDS = 10_000
"""PostgreSQL ends a save whose server stands still in the middle of it, after so long."""

_MARK = "_read_from_exact_store"


@dataclass(frozen=True, kw_only=True)
class _Mark:
    """Where a tracker stands in the store.

    Attributes:
        row: the conversation's last row when the tracker was read or saved; 0 if there was none.
        events: so many events of the tracker were stored then.
    """

    row: int = 0
    events: int = 0


class ExactTrackerStore(SQLTrackerStore):
    """Stands in `endpoints.yml` as `type: emotion_component.rasa.ExactTrackerStore`.

    All other settings and the table are those of Rasa's `type: SQL`, on PostgreSQL or SQLite.

    Raises:
        InvalidConfigException: another `dialect`.
    """

    engine: Any
    sessionmaker: Any

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        if self.engine.dialect.name == "postgresql":
            # The first messages after a restart of the database must not fail.
            url = self.engine.url
            self.engine.dispose()
            options = {**create_engine_kwargs(url), "pool_pre_ping": True}
            self.engine = sa.create_engine(url, hide_parameters=True, **options)
            self.sessionmaker = sa.orm.session.sessionmaker(bind=self.engine)

    @staticmethod
    def get_db_url(*arguments: Any, **settings: Any) -> Any:
        """Asked by Rasa's store before it connects."""
        url = SQLTrackerStore.get_db_url(*arguments, **settings)
        backend = sa.engine.make_url(url).get_backend_name()
        if backend not in ("postgresql", "sqlite"):
            raise InvalidConfigException(
                f"ExactTrackerStore works on postgresql and sqlite. Got: {backend}. "
                "Use `type: SQL`, with one server of the bot."
            )
        return url

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Append the tracker's new events, all of them or none.

        Raises:
            OvertakenError: another wrote to this conversation since the tracker was read, or is
                just writing; nothing was stored.
            sqlalchemy.exc.SQLAlchemyError: the database failed. Whether it stored them is unknown
                if it failed while committing.
        """
        mark: _Mark = getattr(tracker, _MARK, _Mark())
        new = list(islice(tracker.events, mark.events, None))
        if not new:
            return
        with self.session_scope() as session:
            self._begin(session, tracker.sender_id)
            if self._last_row(session, tracker.sender_id) != mark.row:
                raise OvertakenError
            rows = [self._row(tracker.sender_id, event) for event in new]
            session.add_all(rows)
            session.flush()
            last = int(rows[-1].id)
            session.commit()
        setattr(tracker, _MARK, _Mark(row=last, events=mark.events + len(new)))
        if self.event_broker is not None:
            # What was not stored is not told.
            await self._stream_new_events(self.event_broker, new, tracker.sender_id)

    async def _retrieve(
        self, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> DialogueStateTracker | None:
        with self.session_scope() as session:
            rows: Sequence[Any] = self._event_query(
                session, sender_id, fetch_events_from_all_sessions=fetch_events_from_all_sessions
            ).all()
        if not rows or not self.domain:
            return None
        events = [json.loads(row.data) for row in rows]
        tracker = DialogueStateTracker.from_dict(sender_id, events, self.domain.slots)
        setattr(tracker, _MARK, _Mark(row=int(rows[-1].id), events=len(tracker.events)))
        return tracker

    def _event_query(
        self, session: Any, sender_id: str, fetch_events_from_all_sessions: bool
    ) -> Any:
        """The last session by rows. Rasa's goes by times, and loses all that is stored after a
        clock was set back."""
        event = self.SQLEvent
        query = session.query(event).filter(event.sender_id == sender_id)
        if not fetch_events_from_all_sessions:
            started = (
                session.query(sa.func.max(event.id))
                .filter(event.sender_id == sender_id, event.type_name == SessionStarted.type_name)
                .scalar_subquery()
            )
            query = query.filter(event.id >= sa.func.coalesce(started, 0))
        return query.order_by(event.id)

    def _begin(self, session: Any, sender_id: str) -> None:
        """Be the only one who writes to this conversation, until the transaction ends.

        Nobody is waited for: a server that stands still would make all others stand still.
        """
        if self.engine.dialect.name == "sqlite":
            session.connection().exec_driver_sql("BEGIN IMMEDIATE")
            return
        alone = session.execute(
            sa.text(
                "SELECT pg_try_advisory_xact_lock(hashtextextended(:sender, 0)), "
                "set_config('idle_in_transaction_session_timeout', :idle, true)"
            ),
            {"sender": sender_id, "idle": str(IDLE_MILLISECONDS)},
        ).scalar()
        if not alone:
            raise OvertakenError

    def _last_row(self, session: Any, sender_id: str) -> int:
        event = self.SQLEvent
        query = session.query(sa.func.max(event.id)).filter(event.sender_id == sender_id)
        return int(query.scalar() or 0)

    def _row(self, sender_id: str, event: Event) -> Any:
        """As Rasa's own store writes it."""
        data = event.as_dict()
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=data.get("timestamp"),
            intent_name=data.get("parse_data", {}).get("intent", {}).get("name"),
            action_name=data.get("name"),
            data=json.dumps(data),
        )

"""What customers say of the help they got: one rating a ticket, the latest."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff_desk.store.schema import rating


def put(
    connection: sa.Connection, *, ticket_id: int, message_event_id: int, score: int, at: float
) -> bool:
    """Keep the rating, unless one of a later message is known, or this one.

    Args:
        message_event_id: the row of Rasa's `events` in which the customer gave it.
        score: 1 to 5.
        at: when; seconds since the epoch.

    Returns:
        Whether it is new.
    """
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    values = {"message_event_id": message_event_id, "score": score, "created_at": at}
    query = (
        dialect.insert(rating)
        .values(ticket_id=ticket_id, **values)
        .on_conflict_do_update(
            index_elements=[rating.c.ticket_id],
            set_=values,
            where=rating.c.message_event_id < message_event_id,
        )
        .returning(rating.c.id)
    )
    return connection.execute(query).first() is not None

"""The tables of the desk's own database. Changes go through handoff_desk/migrations.

Times are seconds since the epoch, UTC; a time of 0 means never.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, primary_key=True, autoincrement=True)


def _time(name: str, *, index: bool = False) -> sa.Column[float]:
    return sa.Column(
        name, sa.Float(53), nullable=False, default=0.0, server_default="0", index=index
    )


def _count(name: str, default: int = 0) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, default=default, server_default=str(default))


account = sa.Table(
    "account",
    metadata,
    _id(),
    sa.Column("username", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(120), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, default=True),
    sa.Column("available", sa.Boolean, nullable=False, default=False),
    _count("max_tickets", 5),
    _time("seen_at"),
    _time("created_at"),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("account_id", sa.ForeignKey(account.c.id), nullable=False, index=True),
    sa.Column("csrf", sa.String(64), nullable=False),
    _time("created_at"),
    _time("expires_at"),
)

api_token = sa.Table(
    "api_token",
    metadata,
    _id(),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("label", sa.String(120), nullable=False),
    sa.Column("account_id", sa.ForeignKey(account.c.id), nullable=False, index=True),
    _time("created_at"),
    _time("revoked_at"),
)

login_attempt = sa.Table(
    "login_attempt",
    metadata,
    _id(),
    sa.Column("username", sa.String(64), nullable=False, index=True),
    sa.Column("address", sa.String(64), nullable=False, index=True),
    sa.Column("success", sa.Boolean, nullable=False),
    _time("at", index=True),
)

ticket = sa.Table(
    "ticket",
    metadata,
    _id(),
    sa.Column("sender", sa.String(255), nullable=False, index=True),
    sa.Column("channel", sa.String(255), nullable=False),
    sa.Column("state", sa.String(20), nullable=False, index=True),
    _count("urgency"),
    sa.Column("trigger", sa.String(40), nullable=False),
    sa.Column("reason", sa.JSON, nullable=False),
    _time("opened_at"),
    sa.Column("opened_event", sa.BigInteger, nullable=False),
    sa.Column("last_event", sa.BigInteger, nullable=False),
    _time("due_from"),
    _time("waiting_since"),
    sa.Column("assignee", sa.ForeignKey(account.c.id), index=True),
    _time("claimed_at"),
    _time("customer_at"),
    _time("agent_at"),
    _count("waiting_notices"),
    _time("told_at"),
    _count("agent_reminders"),
    _time("closed_at"),
    sa.Column("closed_by", sa.ForeignKey(account.c.id)),
    sa.Column("outcome", sa.String(20)),
    sa.Column("last_text", sa.String(400), nullable=False, default=""),
    sa.Column("emotion", sa.String(20)),
    sa.Column("course", sa.JSON, nullable=False, default=list),
)
"""A customer has one open ticket at most: the database itself sees to it."""

sa.Index(
    "uq_ticket_open_sender",
    ticket.c.sender,
    unique=True,
    sqlite_where=sa.text("state IN ('waiting', 'claimed')"),
    postgresql_where=sa.text("state IN ('waiting', 'claimed')"),
)

note = sa.Table(
    "note",
    metadata,
    _id(),
    sa.Column("ticket_id", sa.ForeignKey(ticket.c.id), nullable=False, index=True),
    sa.Column("account_id", sa.ForeignKey(account.c.id), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    _time("at"),
)

canned_reply = sa.Table(
    "canned_reply",
    metadata,
    _id(),
    sa.Column("title", sa.String(120), nullable=False, unique=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("account_id", sa.ForeignKey(account.c.id)),
    _time("updated_at"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    _id(),
    sa.Column("key", sa.String(64), nullable=False, unique=True),
    sa.Column("ticket_id", sa.ForeignKey(ticket.c.id), nullable=False, index=True),
    sa.Column("sender", sa.String(255), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("author", sa.String(120)),
    sa.Column("slots", sa.JSON, nullable=False, default=dict),
    sa.Column("state", sa.String(20), nullable=False, default="pending", index=True),
    _count("attempts"),
    sa.Column("error", sa.String(400), nullable=False, default=""),
    _time("created_at"),
    _time("next_at"),
    _time("leased_until"),
    sa.Column("leased_by", sa.String(64)),
    _time("done_at"),
    sa.Column("request_id", sa.String(64)),
)
"""What is to be written into Rasa's tracker, in order within one sender."""


def _message() -> list[sa.Column[Any]]:
    """A customer's message as it was when somebody looked at it, and how it was read. The text is
    kept: the tracker may be purged earlier. `emosi purge` finds it by `conversation_id`."""
    return [
        sa.Column("conversation_id", sa.String(255), nullable=False, index=True),
        sa.Column("message_event_id", sa.BigInteger, nullable=False, index=True),
        _time("message_at"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("emotion_before", sa.String(20)),
        sa.Column("confidence", sa.Float(53)),
        sa.Column("probabilities", sa.JSON, nullable=False, default=dict),
        sa.Column("model_sha256", sa.String(64)),
    ]


def _by() -> list[sa.Column[Any]]:
    """Who said it, and when."""
    return [
        sa.Column("account_id", sa.ForeignKey(account.c.id), nullable=False, index=True),
        sa.Column("agent", sa.String(64), nullable=False),
        _time("created_at"),
    ]


labels = sa.Table(
    "labels",
    metadata,
    _id(),
    *_message(),
    sa.Column("label", sa.String(20), nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    *_by(),
)
"""Emotions that people gave to messages: one an agent and message, and one that settles it."""

_SETTLED, _GIVEN = sa.text("source = 'settled'"), sa.text("source <> 'settled'")
sa.Index(
    "uq_labels_message_account",
    labels.c.message_event_id,
    labels.c.account_id,
    unique=True,
    sqlite_where=_GIVEN,
    postgresql_where=_GIVEN,
)
sa.Index(
    "uq_labels_settled_message",
    labels.c.message_event_id,
    unique=True,
    sqlite_where=_SETTLED,
    postgresql_where=_SETTLED,
)

label_task = sa.Table(
    "label_task",
    metadata,
    _id(),
    *_message(),
    sa.Column("reasons", sa.JSON, nullable=False, default=list),
    sa.Column("score", sa.Float(53), nullable=False),
    _count("wanted", 1),
    sa.Column("skipped_by", sa.JSON, nullable=False, default=list),
    _time("created_at"),
    sa.UniqueConstraint("message_event_id"),
)
"""Messages that are worth a person's look, and from how many persons a label is wanted."""

missed_escalation = sa.Table(
    "missed_escalation",
    metadata,
    _id(),
    *_message(),
    *_by(),
    sa.UniqueConstraint("message_event_id"),
)
"""Messages with which a human should have been called."""

rating = sa.Table(
    "rating",
    metadata,
    _id(),
    sa.Column("ticket_id", sa.ForeignKey(ticket.c.id), nullable=False, unique=True),
    sa.Column("message_event_id", sa.BigInteger, nullable=False),
    sa.Column("score", sa.Integer, nullable=False),
    _time("created_at"),
)
"""What customers say of the help they got, 1 to 5: the answer to the question after resolving."""

threshold_choice = sa.Table(
    "threshold_choice",
    metadata,
    _id(),
    sa.Column("marah", sa.Float(53), nullable=False),
    sa.Column("frustrasi", sa.Float(53), nullable=False),
    sa.Column("miss_price", sa.Float(53), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("expected", sa.JSON, nullable=False, default=dict),
    sa.Column("model_sha256", sa.String(64), nullable=False),
    *_by(),
)
"""Thresholds that somebody chose: for which model, at which price of a missed against a false
escalation, why, and what was expected of them. The newest is the one that is meant."""

audit = sa.Table(
    "audit",
    metadata,
    _id(),
    _time("at", index=True),
    sa.Column("account_id", sa.ForeignKey(account.c.id), index=True),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("ticket_id", sa.ForeignKey(ticket.c.id), index=True),
    sa.Column("detail", sa.JSON, nullable=False, default=dict),
)
"""Who did what, and what the live pages follow: every change of a ticket leaves a row."""

tail_position = sa.Table(
    "tail_position",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("low", sa.BigInteger, nullable=False),
)
"""Every row of Rasa's `events` up to `low` has been dealt with."""

webhook_delivery = sa.Table(
    "webhook_delivery",
    metadata,
    _id(),
    sa.Column("key", sa.String(64), nullable=False),
    sa.Column("target", sa.String(120), nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("ticket_id", sa.ForeignKey(ticket.c.id), nullable=False, index=True),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("state", sa.String(20), nullable=False, default="pending", index=True),
    _count("attempts"),
    sa.Column("error", sa.String(400), nullable=False, default=""),
    _time("created_at"),
    _time("next_at"),
    _time("leased_until"),
    sa.Column("leased_by", sa.String(64)),
    _time("done_at"),
    sa.UniqueConstraint("target", "key"),
)

external_conversation = sa.Table(
    "external_conversation",
    metadata,
    _id(),
    sa.Column("target", sa.String(120), nullable=False),
    sa.Column("ticket_id", sa.ForeignKey(ticket.c.id), nullable=False),
    sa.Column("external_id", sa.String(120), nullable=False),
    sa.UniqueConstraint("target", "ticket_id"),
)
"""Which conversation of another helpdesk belongs to a ticket."""

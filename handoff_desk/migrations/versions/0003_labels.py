"""Labels of messages, the queue of messages to label, and escalations that were missed"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("labels", "label_task", "missed_escalation")


def upgrade() -> None:
    op.create_table(
        "labels",
        *_message(),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        *_by("labels"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_labels")),
    )
    op.create_table(
        "label_task",
        *_message(),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("score", sa.Float(precision=53), nullable=False),
        sa.Column("wanted", sa.Integer(), server_default="1", nullable=False),
        sa.Column("skipped_by", sa.JSON(), nullable=False),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_task")),
        sa.UniqueConstraint("message_event_id", name=op.f("uq_label_task_message_event_id")),
    )
    op.create_table(
        "missed_escalation",
        *_message(),
        *_by("missed_escalation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_escalation")),
        sa.UniqueConstraint("message_event_id", name=op.f("uq_missed_escalation_message_event_id")),
    )
    for table in TABLES:
        columns = ["conversation_id", "message_event_id"]
        for column in columns if table == "label_task" else [*columns, "account_id"]:
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column], unique=False)
    for name, more, which in (
        ("uq_labels_message_account", ["account_id"], sa.text("source <> 'settled'")),
        ("uq_labels_settled_message", [], sa.text("source = 'settled'")),
    ):
        op.create_index(
            name,
            "labels",
            ["message_event_id", *more],
            unique=True,
            sqlite_where=which,
            postgresql_where=which,
        )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _message() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("conversation_id", sa.String(length=255), nullable=False),
        sa.Column("message_event_id", sa.BigInteger(), nullable=False),
        _time("message_at"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("emotion_before", sa.String(length=20), nullable=True),
        sa.Column("confidence", sa.Float(precision=53), nullable=True),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=True),
    ]


def _by(table: str) -> list[Any]:
    return [
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        _time("created_at"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id")
        ),
    ]


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(precision=53), server_default="0", nullable=False)

"""Customers' ratings of the help they got, and thresholds that somebody chose"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rating",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("message_event_id", sa.BigInteger(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        _time("created_at"),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_rating_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_rating_ticket_id")),
    )
    op.create_table(
        "threshold_choice",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("marah", sa.Float(precision=53), nullable=False),
        sa.Column("frustrasi", sa.Float(precision=53), nullable=False),
        sa.Column("miss_price", sa.Float(precision=53), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("agent", sa.String(length=64), nullable=False),
        _time("created_at"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_threshold_choice_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_threshold_choice")),
    )
    op.create_index(op.f("ix_threshold_choice_account_id"), "threshold_choice", ["account_id"])


def downgrade() -> None:
    op.drop_table("threshold_choice")
    op.drop_table("rating")


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Float(precision=53), server_default="0", nullable=False)

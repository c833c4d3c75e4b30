"""What PostgreSQL says afterwards, past all servers of the bot and of the desk."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from tests.desk.faults.evidence import Evidence


class SharedEvidence(Evidence):
    """Reads both databases.

    Args:
        tracker, desk: their URLs.
    """

    def __init__(self, tracker: str, desk: str) -> None:
        options: Mapping[str, Any] = {"pool_pre_ping": True, "isolation_level": "AUTOCOMMIT"}
        self._engines = [sa.create_engine(url, **options) for url in (tracker, desk)]

    def in_tracker(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        return self._rows(0, query, values)

    def in_desk(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        return self._rows(1, query, values)

    def said(self, sender: str) -> list[str]:
        """The ids of the customer's messages in the tracker, in order."""
        return [
            str(json.loads(data)["metadata"].get("message_id"))
            for (data,) in self.in_tracker(
                "SELECT data FROM events WHERE sender_id = :sender AND type_name = 'user' "
                "ORDER BY id",
                sender=sender,
            )
        ]

    def close(self) -> None:
        for engine in self._engines:
            engine.dispose()

    def _rows(self, number: int, query: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with self._engines[number].connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]

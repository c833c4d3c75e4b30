"""What the REST channel answers when it cannot do what was asked: JSON, never a bare 500."""

from __future__ import annotations

from typing import Any

from emotion_component.errors import EmotionError

RETRY_SOON, RETRY_LATER = 1, 5
"""Seconds, for `Retry-After`: somebody else is at it; something is broken."""


class ChannelError(EmotionError):
    """A request that is refused, or that failed and can be sent again.

    Args:
        status: HTTP status.
        code: one word for programs, the `error` of the JSON.
        rule: what must hold.
        got: what came instead.
        do: what the client should do about it.
        retry_after: seconds after which the same request may succeed; None if it never will.
    """

    def __init__(
        self,
        status: int,
        code: str,
        *,
        rule: str,
        got: str,
        do: str,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(rule=rule, got=got, do=do)
        self.status, self.code, self.retry_after = status, code, retry_after

    def as_json(self) -> dict[str, Any]:
        """The body: `error` for programs, `reason` for people, and its parts."""
        return {
            "error": self.code,
            "reason": f"{self.rule} Got: {self.got}.",
            "rule": self.rule,
            "got": self.got,
            "do": self.do,
        }

    def headers(self) -> dict[str, str]:
        """`Retry-After` or `WWW-Authenticate`, where they belong."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return {**headers, "WWW-Authenticate": "Bearer"} if self.status == 401 else headers


def bad_request(*, rule: str, got: str, do: str) -> ChannelError:
    """400: the request is not what this channel understands."""
    return ChannelError(400, "bad_request", rule=rule, got=got, do=do)


def unauthorized(got: str) -> ChannelError:
    """401: a `token` is set, and the request does not hold it."""
    return ChannelError(
        401,
        "unauthorized",
        rule="This channel needs the header `Authorization: Bearer <token>`.",
        got=got,
        do="Send the `token` of credentials.yml.",
    )


def too_long(length: int, limit: int) -> ChannelError:
    """413: the message is longer than `max_length`."""
    return ChannelError(
        413,
        "too_long",
        rule=f"A message has at most {limit} characters.",
        got=f"{length} characters; nothing was stored",
        do="Shorten it or send it in parts, or raise `max_length` in credentials.yml.",
    )


def other_text() -> ChannelError:
    """409: the id of a message that was already handled, with another text."""
    return ChannelError(
        409,
        "conflict",
        rule="A `message_id` belongs to one message of a conversation.",
        got="the id of an earlier message with another text; nothing was stored",
        do="Give each new message an id of its own, such as a UUID.",
    )


def not_ready() -> ChannelError:
    """503: the server has no trained bot (yet)."""
    return ChannelError(
        503,
        "not_ready",
        rule="A trained bot must be loaded before it can answer.",
        got="no bot; nothing was stored",
        do="Send the message again. If this stays, look into the log of the server.",
        retry_after=RETRY_LATER,
    )


def stopping() -> ChannelError:
    """503: the server takes no new messages any more."""
    return ChannelError(
        503,
        "stopping",
        rule="A server that is told to stop takes no new messages.",
        got="a message; nothing was stored",
        do="Send the message again with the same `message_id`: another server will handle it.",
        retry_after=RETRY_SOON,
    )


def busy(got: str) -> ChannelError:
    """503: the conversation's lock was not free in time, or was lost."""
    return ChannelError(
        503,
        "busy",
        rule="Messages of one conversation are handled one after another.",
        got=got,
        do="Send the message again with the same `message_id`: it will be handled once.",
        retry_after=RETRY_SOON,
    )


def lock_failed(error: BaseException) -> ChannelError:
    """503: the lock store cannot be used."""
    return ChannelError(
        503,
        "lock_store",
        rule="The lock store must be reachable before a message is handled.",
        got=f"{type(error).__name__}; nothing was stored",
        do="Send the message again with the same `message_id`: it will be handled once.",
        retry_after=RETRY_LATER,
    )


def store_failed(got: str) -> ChannelError:
    """503: the tracker store could not be read or written."""
    return ChannelError(
        503,
        "tracker_store",
        rule="The tracker store must be readable and writable.",
        got=got,
        do="Ask again, for a message with the same `message_id`: it will be handled once.",
        retry_after=RETRY_LATER,
    )


def handling_failed(error: BaseException) -> ChannelError:
    """503: the bot raised an exception; nothing of the turn was stored."""
    return ChannelError(
        503,
        "failed",
        rule="The bot must get through a message without an exception.",
        got=f"{type(error).__name__}; nothing was stored",
        do="Send the message again with the same `message_id`. The log of the server says more.",
        retry_after=RETRY_LATER,
    )

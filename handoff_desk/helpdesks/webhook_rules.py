"""What the webhooks of desk.yml must say to be of use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from handoff_desk.errors import SettingsError
from handoff_desk.helpdesks.webhook_events import EVENTS

if TYPE_CHECKING:
    from handoff_desk.settings import Webhook

NAME_LENGTH = 100


def require_valid(webhooks: Sequence[Webhook]) -> None:
    """Look at all webhooks at once.

    Raises:
        SettingsError: two have the same name, an event does not exist, an address is none, or a
            secret is missing.
    """
    names = [webhook.name for webhook in webhooks]
    for webhook in webhooks:
        if not 0 < len(webhook.name) <= NAME_LENGTH or names.count(webhook.name) > 1:
            raise _refused(
                "name",
                f"Each webhook has a name of its own of 1 to {NAME_LENGTH} characters.",
                webhook.name,
                "Deliveries are kept by this name.",
            )
        if not _is_address(webhook.url):
            raise _refused(
                f"{webhook.name}: url",
                "The address begins with https:// or http://, and has a host.",
                webhook.url,
                "Write e.g. https://crm.example.co.id/hooks/desk.",
            )
        if not webhook.secret:
            raise _refused(
                f"{webhook.name}: secret",
                "A webhook is signed.",
                "no secret",
                "Write e.g. secret: ${CRM_SECRET}, and set that in the environment.",
            )
        for event in webhook.events:
            if event not in EVENTS:
                raise _refused(
                    f"{webhook.name}: events",
                    "There is no such event.",
                    event,
                    f"Use {', '.join(EVENTS)}, or leave `events` out for all.",
                )


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _refused(where: str, rule: str, got: str, do: str) -> SettingsError:
    return SettingsError(rule=f"webhooks: {where}: {rule}", got=got or "nothing", do=do)

"""Run Rasa's command line without the warnings of the old libraries below it.

Usage: .venv/bin/python scripts/quiet_rasa.py ARGUMENTS, where the arguments are those of `rasa`.
Hidden are only deprecation notices, which are for the authors of Rasa and its libraries, and the
notice that MultiProjectImporter is experimental. Warnings about the bot, and errors, are shown as
ever.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from typing import Any

# Each can be overridden from outside.
ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}


def hide_deprecations() -> None:
    """Show no deprecation warning, whatever filters libraries install while they are imported."""
    show = warnings.showwarning

    def show_others(message: Any, category: type[Warning], *place: Any, **more: Any) -> None:
        if not issubclass(category, (DeprecationWarning, PendingDeprecationWarning)):
            show(message, category, *place, **more)

    warnings.showwarning = show_others


def hide_experimental_notice() -> None:
    """Drop the notice about MultiProjectImporter, which this project uses on purpose."""
    logging.getLogger("rasa.shared.utils.common").addFilter(
        lambda record: "MultiProjectImporter is currently experimental" not in record.getMessage()
    )


def main(arguments: list[str]) -> None:
    """Run `rasa` with these arguments."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    hide_deprecations()
    hide_experimental_notice()
    from rasa.__main__ import main as rasa

    sys.argv = ["rasa", *arguments]
    rasa()


if __name__ == "__main__":
    main(sys.argv[1:])

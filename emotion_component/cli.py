"""`emosi`: parses, calls the library once, prints."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from emotion_component.commands import (
    adapt,
    audit,
    calibrate,
    curve,
    data,
    drift,
    evaluate,
    export,
    export_customer,
    history,
    learn,
    mine,
    predict,
    promote,
    purge,
    report,
    rollback,
    seal,
    search,
    shadow,
    simulate,
    thresholds,
    train,
    trim,
)
from emotion_component.errors import EmotionError

COMMANDS = (
    *(data, trim, adapt, train, search, curve, export, seal, calibrate, evaluate, predict, mine),
    *(learn, promote, thresholds, rollback, history, shadow, simulate),
    *(audit, drift, report, purge, export_customer),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 when it worked; 1 when it has bad news, or on an error, explained on standard error.
    """
    parser = argparse.ArgumentParser(prog="emosi", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2].replace("_", "-")
        summary = (command.__doc__ or "").strip()
        sub = commands.add_parser(name, help=summary.splitlines()[0], description=summary)
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    options, left = parser.parse_known_args(arguments)
    # argparse takes no more messages after an option: `emosi predict MODEL --json "halo kak"`.
    end = left.index("--") if "--" in left else len(left)
    if left and (not hasattr(options, "texts") or any(x.startswith("-") for x in left[:end])):
        parser.error(f"unrecognized arguments: {' '.join(left)}")
    if left:
        options.texts += left[:end] + left[end + 1 :]
    try:
        return options.run(options) or 0
    except BrokenPipeError:  # `emosi predict ... | head`: nobody reads on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except EmotionError as error:
        print(f"emosi: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

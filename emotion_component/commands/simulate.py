"""Let made-up customers talk to a running bot: who reaches a human, how soon, and who need not."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion_component.errors import ConfigError, needs_extra
from emotion_component.simulation.report import (
    Bar,
    Report,
    Row,
    Share,
    make_report,
    missed_bars,
)

if TYPE_CHECKING:
    from emotion_component.simulation.drawing import Conversation
    from emotion_component.simulation.outcomes import Outcome


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "bot",
        nargs="?",
        default="http://localhost:5005",
        help="address of Rasa's server [http://localhost:5005]. Its channel's token is read from "
        "the environment (REST_TOKEN), Rasa's own too (RASA_TOKEN)",
    )
    parser.add_argument(
        "--api",
        action="store_true",
        help="see a handover in the tracker (slot `handoff`), which needs `rasa run --enable-api`, "
        "and not by the bot's answers",
    )
    parser.add_argument(
        "--domain",
        type=Path,
        default=Path("domain.yml"),
        help="the bot's texts, by which a handover and an offer are seen [domain.yml]",
    )
    parser.add_argument(
        "--customers", type=Path, metavar="FILE", help="other customers than the shipped ones"
    )
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these customers alone")
    parser.add_argument(
        "--drawn",
        type=int,
        default=20,
        help="conversations drawn for each customer, besides its scripts [20]",
    )
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn [0]")
    parser.add_argument("--at-once", type=int, default=4, help="conversations at a time [4]")
    parser.add_argument(
        "--patience", type=float, default=60, help="seconds in which a message is sent again [60]"
    )
    for name, meaning in (("least", "fewer"), ("most", "more")):
        parser.add_argument(
            f"--{name}",
            nargs="+",
            action="extend",
            default=[],
            metavar="NAME=SHARE",
            help=f"fail if {meaning} of these customers reach a human: furious=0.9",
        )
    parser.add_argument(
        "--wrong",
        action="store_true",
        help="show what called a human needlessly, and who was missed",
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object, with all that was said"
    )


def run(options: argparse.Namespace) -> int:
    """Print the report.

    Returns:
        1 if a bar is missed, or a message was not answered.

    Raises:
        ConfigError: an option is wrong.
        DataError: the customers or the domain cannot be read.
        BotError: the bot cannot be reached, or refuses.
    """
    for name, least in (("drawn", 0), ("at_once", 1), ("patience", 0)):
        if not getattr(options, name) >= least:
            raise _wrong(
                f"--{name.replace('_', '-')}", getattr(options, name), f"is {least} or more"
            )
    with needs_extra("train", "`emosi simulate`"):
        from emotion_component.simulation.customers import SHIPPED, read_cast
        from emotion_component.simulation.drawing import draw
        from emotion_component.simulation.responses import Responses

        cast = read_cast(options.customers or SHIPPED)
        names = options.only or list(cast.customers)
        for name in names:
            if name not in cast.customers:
                raise _wrong("--only", name, f"names some of {', '.join(cast.customers)}")
        bars = [
            *(_bar(text, names, at_least=True) for text in options.least),
            *(_bar(text, names, at_least=False) for text in options.most),
        ]
        conversations = list(draw(cast, names, drawn=options.drawn, seed=options.seed))
        if not conversations:
            raise _wrong(
                "--drawn", options.drawn, "leaves a conversation, where nobody has a script"
            )
        outcomes = asyncio.run(_play(conversations, Responses(options.domain), options))
    report = make_report(outcomes)
    faults = list(missed_bars(report, bars))
    if options.json:
        print(json.dumps(_as_json(report, outcomes, faults, options), indent=2, ensure_ascii=False))
    else:
        print(*_lines(report), sep="\n")
        if options.wrong:
            print(*_wrong_ones(outcomes), sep="\n")
        print(*(f"MISSED {fault}" for fault in faults), sep="\n", end="\n" if faults else "")
    return 1 if faults else 0


async def _play(
    conversations: Sequence[Conversation], responses: Any, options: argparse.Namespace
) -> list[Outcome]:
    from emotion_component.simulation.playing import play_all
    from emotion_component.simulation.talking import HttpBot

    async with HttpBot(
        options.bot.rstrip("/"),
        token=os.environ.get("REST_TOKEN", ""),
        api_token=os.environ.get("RASA_TOKEN", ""),
        patience=options.patience,
    ) as bot:
        await bot.greet()
        return await play_all(
            conversations,
            bot,
            responses,
            run=f"sim-{uuid.uuid4().hex[:8]}",
            at_once=options.at_once,
            api=options.api,
        )


def _bar(text: str, names: Sequence[str], *, at_least: bool) -> Bar:
    option = "--least" if at_least else "--most"
    name, _, share = text.partition("=")
    try:
        bar = Bar(name, float(share), at_least)
    except ValueError:
        raise _wrong(option, text, "is NAME=SHARE, such as furious=0.9") from None
    if name not in names:
        raise _wrong(option, text, f"names a customer who plays: {', '.join(names)}")
    if not 0 <= bar.share <= 1:
        raise _wrong(option, text, "has a share between 0 and 1")
    return bar


def _wrong(option: str, got: object, must: str) -> ConfigError:
    return ConfigError(rule=f"`{option}` {must}.", got=repr(got), do="See `emosi simulate --help`.")


def _as_json(
    report: Report, outcomes: Sequence[Outcome], faults: list[str], options: argparse.Namespace
) -> dict[str, Any]:
    return {
        "seed": options.seed,
        "drawn": options.drawn,
        "missed": faults,
        "in_need": _share_as_json(report.in_need),
        "calm": _share_as_json(report.calm),
        "customers": [
            {**asdict(row), "reached": _share_as_json(row.reached)} for row in report.rows
        ],
        "conversations": [_outcome_as_json(one) for one in outcomes],
    }


def _share_as_json(share: Share) -> dict[str, Any]:
    low, high = share.interval
    return {"reached": share.part, "of": share.whole, "low": round(low, 6), "high": round(high, 6)}


def _outcome_as_json(one: Outcome) -> dict[str, Any]:
    return {
        "customer": one.conversation.customer,
        "number": one.conversation.number,
        "kind": one.conversation.kind,
        "sender": one.sender,
        **{name: getattr(one, name) for name in ("reached", "missed", "needless", "after")},
        "trigger": one.trigger or None,
        "messages": [
            {
                "mood": turn.line.mood,
                "text": turn.line.text,
                "answers": turn.answers,
                "seconds": round(turn.seconds, 3),
            }
            for turn in one.turns
        ],
    }


HEADINGS: Mapping[str, int] = {
    "reached a human": 25,
    "after": 6,
    "longest": 8,
    "seconds": 8,
    "missed": 7,
    "needless": 9,
    "unanswered": 11,
}


def _lines(report: Report) -> Iterator[str]:
    headings = " ".join(f"{name:>{width}}" for name, width in HEADINGS.items())
    yield f"{'customer':<16} {'talks':>6} {headings}"
    yield from map(_line, report.rows)
    yield ""
    yield f"in need of a human: {_whole(report.in_need)} reached one"
    yield f"calm all along:     {_whole(report.calm)} were handed over"
    yield (
        "after, longest: messages that need a human until one came, median and most; seconds: the "
        "bot's, from first message to handover"
    )


def _line(row: Row) -> str:
    after = "-" if row.after is None else f"{row.after:g}"
    longest = "-" if row.longest is None else str(row.longest)
    seconds = "-" if row.seconds is None else f"{row.seconds:.2f}"
    values = (_share(row.reached), after, longest, seconds, row.missed, row.needless)
    cells = " ".join(
        f"{value:>{width}}"
        for value, width in zip((*values, row.unanswered), HEADINGS.values(), strict=True)
    )
    return f"{row.customer:<16} {row.reached.whole:>6} {cells}"


def _share(share: Share) -> str:
    low, high = share.interval
    return "-" if share.value is None else f"{share.value:.1%} ({low:.1%} to {high:.1%})"


def _whole(share: Share) -> str:
    return f"{share.part} of {share.whole}, {_share(share)},"


def _wrong_ones(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Few messages can be behind many handovers, so these are counted; who was missed is shown."""
    called = Counter(
        (one.trigger, one.turns[-1].line.text) for one in outcomes if one.needless
    ).most_common()
    if called:
        yield "\nneedless handovers, by the message that called the human:"
    for (trigger, text), count in called:
        yield f"  {count:>4}  {trigger or '-':<14}  {text}"
    for one in outcomes:
        if one.missed:
            yield f"\nmissed: {one.sender}"
            yield from (f"  {turn.line.mood:<14}  {turn.line.text}" for turn in one.turns)

"""Learn from labels that people gave, measure, and propose a model with a report."""

from __future__ import annotations

import argparse
from pathlib import Path

from emotion_component.commands.options import user_name
from emotion_component.errors import needs_extra
from emotion_component.evaluation import Provenance, Report, write_report
from emotion_component.table import read_tables

REPORT = "learning.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path, help="directory of the present model")
    parser.add_argument(
        "--labels",
        required=True,
        nargs="+",
        metavar="SOURCE",
        help="tables with text,label (and agent, created_at, emotion_before), or the SQLite file "
        "or SQLAlchemy URL of the desk's database; all rounds so far, not the newest alone",
    )
    parser.add_argument("--output", required=True, type=Path, help="directory of the proposal")
    parser.add_argument(
        "--report", type=Path, help="directory of the report [the output's name and `-report`]"
    )
    parser.add_argument(
        "--from",
        dest="checkpoint",
        type=Path,
        metavar="CHECKPOINT",
        help="torch directory of the present model, to train its encoder on; without it, the "
        "encoder stays and what stands beside it learns, in a minute and without torch",
    )
    parser.add_argument(
        "--rehearse",
        nargs="+",
        metavar="TABLE",
        help="labelled messages that the model knows and shall not forget",
    )
    parser.add_argument(
        "--measure-on",
        nargs="+",
        default=[],
        metavar="TABLE",
        help="tables nothing is learned from, on which both models are measured too",
    )
    parser.add_argument(
        "--held-out-share",
        type=float,
        default=0.2,
        help="share of the labels that measure and are never learned [0.2]",
    )
    parser.add_argument(
        "--keep-doubtful", action="store_true", help="learn labels that look like slips, too"
    )
    parser.add_argument(
        "--recalibrate",
        action="store_true",
        help="fit temperature and thresholds anew; only for labels of messages drawn at random",
    )
    parser.add_argument("--who", default="", help="who starts the round [your user name]")
    parser.add_argument("--seed", type=int, default=0, help="of everything random [0]")


def run(options: argparse.Namespace) -> int:
    """0 for a proposal, 1 where the new model must not be proposed."""
    with needs_extra("train", "`emosi learn`"):
        if options.checkpoint:
            import torch  # noqa: F401 - first, for scikit-learn trips over one that is half there
        from emotion_component.learning.report import markdown, verdict
        from emotion_component.learning.rounds import Request, Round, run_round
    found: Round = run_round(
        Request(
            model=options.model,
            labels=options.labels,
            output=options.output,
            checkpoint=options.checkpoint,
            held_out_share=options.held_out_share,
            rehearse=read_tables(options.rehearse) if options.rehearse else None,
            measure_on={name: read_tables([name]) for name in options.measure_on},
            keep_doubtful=options.keep_doubtful,
            recalibrate=options.recalibrate,
            who=user_name(options.who),
            seed=options.seed,
        ),
        print,
    )
    first = found.measured[0]
    directory = options.report or options.output.with_name(f"{options.output.name}-report")
    provenance = Provenance(
        model=options.output.name,
        weights_sha256=found.step.model,
        data=first.name,
        data_sha256=first.data.sha256,
        command=f"emosi learn {options.model} --labels {' '.join(options.labels)} "
        f"--output {options.output}",
    )
    report = Report(
        evaluation=first.evaluations[1],
        provenance=provenance,
        routing=first.routings[1],
        comparisons={"the present model": first.comparison},
    )
    write_report(directory, report)
    (directory / REPORT).write_text(markdown(found), "utf-8")
    for one in found.measured:
        old, new = one.evaluations
        before, after = one.routings
        print(
            f"{one.name}, {len(one.data)} messages: macro-F1 {old.macro_f1.value:.3f} -> "
            f"{new.macro_f1.value:.3f}, needs a human: recall {before.recall.value:.3f} -> "
            f"{after.recall.value:.3f}, precision {before.precision.value:.3f} -> "
            f"{after.precision.value:.3f}"
        )
    print(f"Report: {directory / REPORT} and {directory / 'evaluation.html'}")
    print(verdict(found))
    if found.refusals:
        return 1
    print(f"Next: emosi promote {options.output} {options.model} --reason WHY")
    return 0

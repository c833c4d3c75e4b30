"""Fine-tune an encoder on labelled messages and write a torch model directory."""

from __future__ import annotations

import argparse
from pathlib import Path
from random import Random

from emotion_component.augmentation import NOISES, lasting, preview
from emotion_component.commands.options import (
    add_base,
    add_output,
    add_recipe,
    add_training_data,
    given_recipe,
)
from emotion_component.commands.training_data import (
    read_texts,
    read_training_data,
    with_paraphrases,
)
from emotion_component.errors import ConfigError, needs_extra
from emotion_component.table import LabelledTexts
from emotion_component.training.config import TrainingConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_base(parser)
    add_training_data(parser)
    add_output(parser)
    parser.add_argument("--resume", action="store_true", help="go on after an interruption")
    parser.add_argument("--folds", type=int, help="cross-validate with so many folds instead")
    parser.add_argument(
        "--track", type=Path, metavar="DIR", help="write TensorBoard events to this directory"
    )
    parser.add_argument(
        "--back-translation",
        nargs=2,
        metavar=("THERE", "BACK"),
        help="two translation models, to learn from paraphrases too "
        "(Helsinki-NLP/opus-mt-id-en Helsinki-NLP/opus-mt-en-id)",
    )
    parser.add_argument(
        "--preview-augmentation",
        type=int,
        metavar="N",
        help="show what each noise of --augmentation (each there is, without it) makes of N "
        "messages, count what it changes, and stop",
    )
    taught = parser.add_argument_group("teachers: distillation and self-training")
    taught.add_argument(
        "--teacher",
        nargs="+",
        default=[],
        metavar="MODEL",
        help="model directories or hub ids; `ngrams` is a linear model made on the spot",
    )
    taught.add_argument(
        "--unlabelled", nargs="+", default=[], metavar="FILE", help="texts, or tables with text"
    )
    taught.add_argument(
        "--pseudo-labels",
        type=float,
        metavar="SURE",
        help="self-training: learn only from unlabelled messages of which the teacher is so sure, "
        "and take its first choice for their label",
    )
    add_recipe(parser)


def run(options: argparse.Namespace) -> None:
    config = given_recipe(options)
    if options.preview_augmentation is not None:
        training = read_training_data(options, config.seed, split=False).training
        _preview_augmentation(training, config, options.preview_augmentation)
        return
    with needs_extra("train", "`emosi train`"):
        import torch  # noqa: F401 - first, for scikit-learn trips over one that is half there

        from emotion_component.training.crossvalidation import cross_validate
        from emotion_component.training.teachers import soft_labels
        from emotion_component.training.tracking import tensorboard
        from emotion_component.training.trainer import train
    if options.folds:
        everything = read_training_data(options, config.seed, split=False).training
        result = cross_validate(options.base, options.output, everything, config, options.folds)
        print(f"macro-F1 over {options.folds} folds: {result.mean:.4f} +- {result.deviation:.4f}")
        return
    data = read_training_data(options, config.seed)
    training = data.training
    if options.back_translation:
        with needs_extra("train", "Back-translation"):
            training = with_paraphrases(training, options.back_translation, config.seed)
    soft = None
    if options.teacher:
        unlabelled = data.without_held_out(read_texts(options.unlabelled))
        soft = soft_labels(options.teacher, training, unlabelled, seed=config.seed)
        if options.pseudo_labels is not None:
            soft = soft.only_sure(options.pseudo_labels)
        print(f"{len(soft.texts)} unlabelled messages, labelled by {', '.join(options.teacher)}")
    train(
        options.base,
        options.output,
        training,
        data.valid,
        config,
        soft_labels=soft,
        taught_by=[Path(name).name for name in options.teacher],
        resume=options.resume,
        on_epoch=tensorboard(options.track, config) if options.track else None,
    )
    print(f"Written to {options.output}; next: emosi export {options.output} OUTPUT")


def _preview_augmentation(training: LabelledTexts, config: TrainingConfig, count: int) -> None:
    if count < 1:
        raise ConfigError(
            rule="A preview shows at least one message.",
            got=str(count),
            do="Correct --preview-augmentation.",
        )
    noises = config.augmentation or tuple(NOISES)
    # Drawn, for many a table is sorted by its labels.
    rows = Random(config.seed).sample(range(len(training)), min(count, len(training)))
    shown = training.take(sorted(rows))
    print(f"\n{preview(shown.originals, shown.targets, noises=noises, seed=config.seed)}\n")
    counts = lasting(training.originals, training.targets, noises=noises, seed=config.seed)
    width = max(map(len, noises))
    for name, (changed, left) in counts.items():
        print(f"{name:{width}}  changes {changed} of {len(training)}, {left} of them lastingly")

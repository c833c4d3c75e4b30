"""The messages of a training: read, split where no split is given, and kept apart."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from emotion_component.commands.faults import say_left_out
from emotion_component.emoji_only import read_emoji_only
from emotion_component.errors import DataError
from emotion_component.table import LabelledTexts, leaks, read_tables, stratified_split
from emotion_component.table_files import read_texts as read_raw_texts
from emotion_component.text import normalize

MOST_LEAKS_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """Messages to learn from, messages to choose by, and normal forms of what nobody may learn.

    Attributes:
        held_out: normal forms of valid and of the tables held out.
    """

    training: LabelledTexts
    valid: LabelledTexts
    held_out: frozenset[str]

    def without_held_out(self, texts: Iterable[str]) -> list[str]:
        return [text for text in texts if text not in self.held_out]


def read_training_data(
    options: argparse.Namespace, seed: int, *, split: bool = True
) -> TrainingData:
    """Read the tables that `add_training_data` asks for, and say what came.

    A message that also stands in a held-out table is not trained on, in whatever spelling. One that
    also stands in a table of `--valid` is a fault of the split, unless `--drop-leaks` is given.

    Raises:
        DataError: a table cannot be used, or the same message is to be learned and chosen by.
    """
    on_fault = say_left_out if options.skip_bad_rows else None
    everything = read_tables(options.train, on_fault=on_fault)
    held_out = frozenset(
        text
        for text in (
            read_tables(options.hold_out, on_fault=on_fault).texts if options.hold_out else ()
        )
        # Emoji alone are read by a table; all such messages look alike once normalised.
        if read_emoji_only(text) is None
    )
    training = everything.without(held_out)
    if options.valid:
        valid = read_tables(options.valid, on_fault=on_fault)
        if not options.drop_leaks:
            _refuse_leaks(training, valid, [*options.train, *options.valid])
        training = training.without(valid.texts)
    dropped = len(everything) - len(training)
    if not options.valid:
        training, valid = stratified_split(training, seed=seed) if split else (training, training)
    if dropped:
        print(f"{dropped} messages left out, as they stand among the held-out ones")
    print(f"{len(training)} messages to train on: {training.counts}")
    if split:
        print(f"{len(valid)} to choose the epoch: {valid.counts}")
    return TrainingData(training=training, valid=valid, held_out=held_out | set(valid.texts))


def _refuse_leaks(training: LabelledTexts, valid: LabelledTexts, tables: Sequence[str]) -> None:
    found = [
        (training.places[first], valid.places[row])
        for first, row in leaks(training, valid)
        if read_emoji_only(valid.texts[row]) is None  # as above
    ]
    if not found:
        return
    shown = ", ".join(f"{first} = {second}" for first, second in found[:MOST_LEAKS_SHOWN])
    more = len(found) - MOST_LEAKS_SHOWN
    raise DataError(
        rule="What is trained on and what chooses the epoch have no message in common.",
        got=f"{len(found)} in both: {shown}" + (f" and {more} more" if more > 0 else ""),
        do=f"See `emosi data duplicates {' '.join(tables)}`, or leave them out of the training "
        "with --drop-leaks.",
    )


def with_paraphrases(
    training: LabelledTexts, translators: Sequence[str], seed: int
) -> LabelledTexts:
    """The messages, and a paraphrase of each by back-translation where there is a good one.

    Args:
        training: labelled messages.
        translators: two translation models, there and back.
        seed: of the sampling.

    Raises:
        ArtifactError: a translator cannot be loaded.
    """
    from emotion_component.augmentation.back_translation import back_translate

    there, back = translators
    found = back_translate(training.originals, there, back, seed=seed)
    rows = [row for row, text in enumerate(found) if text is not None]
    chosen = training.take(rows)
    originals = tuple(text for text in found if text is not None)
    print(f"{len(rows)} paraphrases by back-translation")
    return training + dataclasses.replace(
        chosen, texts=tuple(map(normalize, originals)), originals=originals
    )


def read_texts(files: Sequence[str]) -> list[str]:
    """Normal forms of all texts of the files, each once, in order."""
    texts = (normalize(text) for file in files for text in read_raw_texts(file))
    return [text for text in dict.fromkeys(texts) if text]

"""A model directory made from another, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from emotion_component.artifact import EmotionMetadata
from emotion_component.errors import ConfigError, DataError
from emotion_component.lineage import ANCESTRY_FILE, Step, add_step
from emotion_component.ngrams import Mixture

CARD = "MODEL_CARD.md"
OPENING = "> **Learned further**"
_NOTICE = f"""{OPENING} on {{learned}} labels of its own users ({{way}}). Its ancestry and what was
> measured stand in `{{ancestry}}` (`emosi history`). All figures below are those of the model it
> came from.

"""


@contextmanager
def beside(output: Path) -> Iterator[Path]:
    """A directory on the same disk that can be renamed to `output`, and else is gone afterwards.

    Raises:
        ConfigError: something stands there already.
        DataError: it cannot be written.
    """
    if output.exists():
        raise ConfigError(
            rule="A proposal is written to a directory that is not there yet.",
            got=f"`{output}`",
            do="Remove it, or choose another --output.",
        )
    fresh = output.with_name(f".{output.name}.new")
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        yield fresh
    except OSError as error:
        raise DataError(
            rule="The output directory can be written.",
            got=f"`{output}`: {error}",
            do="Make room or choose another --output, then run the same command again.",
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def copy_model(source: Path, fresh: Path) -> None:
    """The files of a model, without its ancestry."""
    for path in source.iterdir():
        if path.is_file() and path.name != ANCESTRY_FILE:
            shutil.copyfile(path, fresh / path.name)


def write_model(fresh: Path, metadata: EmotionMetadata, mixture: Mixture | None) -> None:
    """Put a mixture and metadata into a copy of a model."""
    if mixture is not None:
        mixture.write(fresh)
    metadata.write(fresh)


def sign(fresh: Path, ancestry: Sequence[Step], step: Step, *, learned: int, way: str) -> None:
    """Write the step into the ancestry, and onto the card that its figures are older."""
    add_step(fresh, ancestry, step)
    if (card := fresh / CARD).is_file():
        notice = _NOTICE.format(learned=learned, way=way, ancestry=ANCESTRY_FILE)
        text = card.read_text("utf-8")
        # Behind the front matter that the hub reads.
        head, mark, rest = text.partition("\n---\n") if text.startswith("---\n") else ("", "", text)
        if OPENING in rest:  # of the round before
            rest = rest.partition(OPENING)[2].partition("\n\n")[2]
        card.write_text(f"{head}{mark}\n{notice}{rest.lstrip()}", "utf-8")

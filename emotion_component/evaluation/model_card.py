"""MODEL_CARD.md: written whole the first time, afterwards only its generated blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from emotion_component.evaluation.attributions import E5_SMALL, attributions
from emotion_component.evaluation.blocks import has_block, marked, replace_block
from emotion_component.evaluation.card_template import CARD
from emotion_component.evaluation.recipe import recipe_table
from emotion_component.evaluation.results import shell_block
from emotion_component.labels import LABELS

_RESULTS = "results"


@dataclass(frozen=True, kw_only=True)
class CardFacts:
    """What a model card says besides the results.

    Attributes:
        name: of the model, also the name of its directory under `models/`.
        metadata: the content of `emotion.json`.
        sources: values of the `source` column of the training table, for the attributions.
        reproduce: command lines that make the model, in order.
        labels_by: a sentence on who labelled the training table.
        base_model: hub id of the encoder that was fine-tuned.
        base_changes: what was done to it before, e.g. `TRIMMED_E5`, or "".
    """

    name: str
    metadata: Mapping[str, object]
    sources: Sequence[str]
    reproduce: Sequence[str]
    labels_by: str
    base_model: str = E5_SMALL
    base_changes: str = ""


def write_model_card(path: Path, facts: CardFacts, results: str) -> None:
    """Write the card, or bring an existing one up to date.

    In an existing card everything outside the generated blocks (recipe, results, reproduce,
    attributions) is left as it is; a block whose markers somebody took out stays out, except for
    that of the results.

    Args:
        path: of MODEL_CARD.md; its directory must exist.
        facts: about the model.
        results: from `results_block`.

    Raises:
        DataError: an existing card has no markers for the results, or broken ones.
    """
    blocks = {
        "recipe": recipe_table(facts.metadata),
        _RESULTS: results,
        "reproduce": shell_block(facts.reproduce),
        "attributions": attributions(
            facts.base_model, facts.sources, base_changes=facts.base_changes
        ),
    }
    if path.is_file():
        document = path.read_text(encoding="utf-8")
        for name, content in blocks.items():
            if name == _RESULTS or has_block(document, name):
                document = replace_block(document, name, content, where=path.name)
    else:
        document = CARD.format(
            name=facts.name,
            base_model=facts.base_model,
            labels=", ".join(LABELS),
            labels_by=facts.labels_by,
            **{name: marked(name, content) for name, content in blocks.items()},
        )
    path.write_text(document, encoding="utf-8")

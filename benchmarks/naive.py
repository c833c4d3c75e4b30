"""What a team would write today: an NLU component around `transformers.pipeline`.

The model has the shape of IndoBERT-base (Wilie et al., 2020: 12 layers, width 768, 30,521 pieces)
and random weights: a forward pass takes as long whatever the weights are. Torch, 32-bit floats,
all defaults.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from emotion_component.labels import LABELS

VOCABULARY = 30521


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class NaiveEmotion(GraphComponent):
    """Adds the entity `emotion` to each message."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"model": None}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NaiveEmotion:
        return cls(config["model"])

    def __init__(self, model: str) -> None:
        from transformers import pipeline

        self._pipeline = pipeline("text-classification", model=model)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            answer = self._pipeline(text, truncation=True)[0]
            entity = {
                "entity": "emotion",
                "value": answer["label"],
                "start": 0,
                "end": len(text),
                "confidence_entity": answer["score"],
                "extractor": "NaiveEmotion",
            }
            message.set(ENTITIES, [*message.get(ENTITIES, []), entity], add_to_output=True)
        return messages


def save_untrained(directory: Path, texts: list[str]) -> Path:
    """Write a checkpoint of IndoBERT-base's shape, unless it is there.

    Args:
        directory: of the checkpoint.
        texts: what the word pieces are learned from. Most of their words become one piece; a real
            tokenizer would make more pieces, and the model would be slower.
    """
    if (directory / "model.safetensors").is_file():
        return directory
    import torch
    from tokenizers.implementations import BertWordPieceTokenizer
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    pieces = BertWordPieceTokenizer(lowercase=True)
    pieces.train_from_iterator(texts, vocab_size=VOCABULARY, show_progress=False)
    partial = directory.with_suffix(".partial")
    partial.mkdir(parents=True, exist_ok=True)
    pieces.save_model(str(partial))
    BertTokenizerFast(str(partial / "vocab.txt"), model_max_length=512).save_pretrained(partial)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=VOCABULARY, num_labels=len(LABELS), id2label=dict(enumerate(LABELS))
    )
    BertForSequenceClassification(config).save_pretrained(partial)
    partial.replace(directory)
    return directory

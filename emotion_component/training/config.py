"""Settings of a training run, checked; and the recipes that have a name."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from emotion_component.errors import ConfigError

LOSSES = ("cross-entropy", "weighted", "focal", "class-balanced", "logit-adjusted")
SAMPLINGS = ("none", "square-root", "oversample")

_Rule = tuple[str, bool, str]
"""A setting, whether it is as it must be, and how it must be."""


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """Settings of one training run.

    Attributes:
        epochs: passes over the data at most.
        batch_size: messages a step.
        learning_rate: peak of AdamW's, after linear warm-up over `warmup` of all steps; then it
            falls linearly to zero.
        weight_decay: of AdamW, on matrices only (Loshchilov and Hutter, 2019).
        warmup: share of the steps.
        layer_decay: factor of the learning rate from each layer to the one below it (Howard and
            Ruder, 2018); 1 for one rate.
        loss: `cross-entropy`; `weighted` by class; `focal` (Lin et al., 2017), weighted too;
            `class-balanced` by the effective number of messages (Cui et al., 2019);
            `logit-adjusted`: learn which class a message is of as if all were equally many
            (Menon et al., 2021).
        class_weight_power: of `weighted` and `focal`: the weight of a class is
            (n / (k * n_class)) ** power; 0 none, 0.5 square root, 1 inverse frequency. Of
            `logit-adjusted`: how much of the classes' shares is left to the loss; 1 all of it.
        focal_gamma: how much `focal` turns from easy messages to hard ones; 0 is no focus.
        effective_beta: of `class-balanced`, 0 to below 1; nearer to 1, nearer to inverse frequency.
        label_smoothing: share of the target spread over all classes (Szegedy et al., 2016).
        sampling: `none`: each message once an epoch; `oversample`: classes equally often;
            `square-root`: between the two.
        r_drop: weight of the divergence between two passes with other dropout (Wu et al., 2021);
            0 saves the second pass.
        teacher_weight: share of a labelled message's target that is the teacher's, where there is
            one; the rest is its label (Hinton et al., 2015).
        teacher_temperature: the teachers' probabilities are taken to the power of its inverse
            (Hinton et al., 2015); below 1 for a mean of several, which is too unsure of itself.
        augmentation: names of noises (see `emotion_component.augmentation`); none by default.
        augmentation_share: share of the messages that are changed in each epoch.
        ngrams: let a linear model on n-grams answer beside the encoder (see module `ngrams`).
        layers: which layers of the encoder to keep, counted from 0; empty for all.
        patience: stop after this many epochs without a better macro-F1 on valid; 0: never.
        keep: `best` epoch on valid, or the `last`.
        max_length: tokens read of one message.
        bf16: compute in bfloat16 (faster only on processors that have it).
        seed: of everything random.
    """

    epochs: int = 4
    batch_size: int = 32
    learning_rate: float = 5e-5
    weight_decay: float = 0.01
    warmup: float = 0.1
    layer_decay: float = 1.0
    loss: str = "weighted"
    class_weight_power: float = 0.5
    focal_gamma: float = 2.0
    effective_beta: float = 0.999
    label_smoothing: float = 0.1
    sampling: str = "none"
    r_drop: float = 0.0
    teacher_weight: float = 0.7
    teacher_temperature: float = 1.0
    augmentation: tuple[str, ...] = ()
    augmentation_share: float = 0.3
    ngrams: bool = True
    layers: tuple[int, ...] = ()
    patience: int = 2
    keep: str = "best"
    max_length: int = 128
    bf16: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        _check(
            self,
            *_rules_of_both(self),
            ("layer_decay", 0 < self.layer_decay <= 1, "above 0 and at most 1"),
            ("loss", self.loss in LOSSES, f"one of {', '.join(LOSSES)}"),
            ("class_weight_power", 0 <= self.class_weight_power <= 1, "from 0 to 1"),
            ("focal_gamma", 0 <= self.focal_gamma <= 10, "from 0 to 10"),
            ("effective_beta", 0 <= self.effective_beta < 1, "from 0 to below 1"),
            ("label_smoothing", 0 <= self.label_smoothing < 1, "from 0 to below 1"),
            ("sampling", self.sampling in SAMPLINGS, f"one of {', '.join(SAMPLINGS)}"),
            ("r_drop", self.r_drop >= 0, "0 or more"),
            ("teacher_weight", 0 <= self.teacher_weight <= 1, "from 0 to 1"),
            ("teacher_temperature", 0 < self.teacher_temperature <= 10, "above 0, at most 10"),
            ("augmentation_share", 0 <= self.augmentation_share <= 1, "from 0 to 1"),
            ("layers", all(layer >= 0 for layer in self.layers), "layer numbers from 0"),
            ("patience", self.patience >= 0, "0 or more"),
            ("keep", self.keep in ("best", "last"), "best or last"),
        )


@dataclass(frozen=True, kw_only=True)
class AdaptationConfig:
    """Settings of one adaptation.

    Attributes:
        epochs: passes over the texts.
        batch_size: texts a step.
        learning_rate: peak of AdamW's, after linear warm-up over `warmup` of all steps.
        warmup: share of the steps.
        weight_decay: of AdamW, on matrices only.
        masked: share of the tokens to predict (Devlin et al., 2019: 0.15).
        max_length: tokens read of one text.
        seed: of everything random.
    """

    epochs: int = 1
    batch_size: int = 32
    learning_rate: float = 1e-4
    warmup: float = 0.06
    weight_decay: float = 0.01
    masked: float = 0.15
    max_length: int = 64
    seed: int = 0

    def __post_init__(self) -> None:
        _check(
            self,
            *_rules_of_both(self),
            ("masked", 0 < self.masked < 1, "between 0 and 1"),
        )


def _rules_of_both(settings: TrainingConfig | AdaptationConfig) -> tuple[_Rule, ...]:
    return (
        ("epochs", settings.epochs >= 1, "at least 1"),
        ("batch_size", settings.batch_size >= 1, "at least 1"),
        ("learning_rate", 0 < settings.learning_rate < 1, "between 0 and 1"),
        ("weight_decay", settings.weight_decay >= 0, "0 or more"),
        ("warmup", 0 <= settings.warmup < 1, "from 0 to below 1"),
        ("max_length", 8 <= settings.max_length <= 512, "from 8 to 512"),
    )


def _check(settings: object, *rules: _Rule) -> None:
    for name, holds, rule in rules:
        if not holds:
            raise ConfigError(
                rule=f"`{name}` must be {rule}.",
                got=str(getattr(settings, name)),
                do="Correct the option.",
            )


PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        # What this project ships.
        "default": {},
        # The model card this project starts from: full fine-tuning with class weights, and no more.
        # It names neither rate nor batch size; these are those of Devlin et al. (2019).
        "card": {
            "epochs": 3,
            "batch_size": 16,
            "learning_rate": 2e-5,
            "warmup": 0.0,
            "loss": "weighted",
            "class_weight_power": 1.0,
            "label_smoothing": 0.0,
            "ngrams": False,
            "patience": 0,
            "keep": "last",
        },
        # A student learns from the whole distribution of its teacher: the soft targets take the
        # place of class weights and label smoothing.
        "student": {
            "epochs": 5,
            "learning_rate": 1e-4,
            "loss": "cross-entropy",
            "label_smoothing": 0.0,
            "patience": 0,
        },
    }
)
"""Recipes by name: what they set apart from the defaults."""


def make_config(
    preset: str = "default", file: Path | None = None, **given: object
) -> TrainingConfig:
    """A preset, changed by a JSON file of settings, changed by what is given.

    Raises:
        ConfigError: an unknown preset or setting, a wrong type or value, an unreadable file.
    """
    if preset not in PRESETS:
        raise ConfigError(
            rule=f"A preset is one of {', '.join(PRESETS)}.", got=preset, do="Correct --preset."
        )
    settings = {**PRESETS[preset], **(_read(file) if file else {}), **given}
    fields = {field.name: field for field in dataclasses.fields(TrainingConfig)}
    if unknown := [name for name in settings if name not in fields]:
        raise ConfigError(
            rule=f"Settings of a training are {', '.join(fields)}.",
            got=", ".join(unknown),
            do="Correct the names.",
        )
    for name, value in settings.items():
        default = fields[name].default
        if isinstance(default, tuple) and isinstance(value, list):
            settings[name] = tuple(value)
        elif isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            settings[name] = float(value)
        elif type(value) is not type(default):
            raise ConfigError(
                rule=f"`{name}` is of the type {type(default).__name__}.",
                got=repr(value),
                do="Correct it.",
            )
    return TrainingConfig(**settings)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(
            rule="Settings come in a JSON file.", got=f"`{file}`: {error}", do="Check --config."
        ) from None
    if not isinstance(found, dict):
        raise ConfigError(
            rule="A file of settings holds one JSON object.",
            got=type(found).__name__,
            do="Write it as `emosi search` does.",
        )
    return found

"""The bots that the server benchmark compares: the project's own, with other pipelines."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from benchmarks.environment import QUIET_RASA, rasa_environment

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "models" / "emotion-id"
EMOTION = "emotion_component.rasa.EmotionComponent"
ESCALATION = "emotion_component.rasa.EscalationPolicy"
NAIVE = "benchmarks.naive.NaiveEmotion"
INTENTS = "LogisticRegressionClassifier"
WORDS = "CountVectorsFeaturizer"

Config = dict[str, Any]


def without(config: Config, *names: str) -> Config:
    """Without the components and policies of these names."""
    for part in ("pipeline", "policies"):
        config[part] = [step for step in config[part] if step["name"] not in names]
    return config


def plain(config: Config, naive: Path) -> Config:
    """The project's bot without the emotion."""
    return without(config, EMOTION, ESCALATION)


def shipped(config: Config, naive: Path) -> Config:
    """As it is."""
    return config


def component_only(config: Config, naive: Path) -> Config:
    """With the component, whose emotion nobody looks at."""
    return without(config, ESCALATION)


def with_naive(config: Config, naive: Path) -> Config:
    """With a pipeline of transformers in the component's place."""
    config = plain(config, naive)
    config["pipeline"].append({"name": NAIVE, "model": str(naive)})
    return config


def featurized(config: Config, naive: Path) -> Config:
    """The intent classifier reads the sentence's embedding instead of words and n-grams.

    RegexFeaturizer stays: Rasa wants a featurizer of its own before an intent classifier.
    """
    emotion = next(step for step in config["pipeline"] if step["name"] == EMOTION)
    config["pipeline"] = without(config, EMOTION, WORDS)["pipeline"]
    place = [step["name"] for step in config["pipeline"]].index(INTENTS)
    config["pipeline"].insert(place, {**emotion, "featurize": True})
    return config


def plain_diet(config: Config, naive: Path) -> Config:
    """Rasa's own neural intent classifier on the sparse features, without the emotion."""
    return diet(plain(config, naive), naive)


def diet(config: Config, naive: Path) -> Config:
    """Rasa's own neural intent classifier on the sparse features, with the component behind it."""
    names = [step["name"] for step in config["pipeline"]]
    config["pipeline"][names.index(INTENTS)] = {
        "name": "DIETClassifier",
        "epochs": 30,
        "entity_recognition": False,
        "random_seed": 0,
    }
    return config


OWN_CHANNEL = {"bare", "bare shipped"}
"""On Rasa's own REST channel, and as no tracker store is named, conversations in the memory: the
leanest server there is, on which the emotion's part is largest."""

BOTS: Mapping[str, Callable[[Config, Path], Config]] = {
    "bare": plain,
    "bare shipped": shipped,
    "without": plain,
    "shipped": shipped,
    "naive": with_naive,
    "feature": featurized,
    "plain diet": plain_diet,
    "diet": diet,
    "component only": component_only,
}


def train(name: str, work: Path, naive: Path) -> Path:
    """A directory in which `rasa run` starts the trained bot; trained only if it has changed.

    Args:
        name: of `BOTS`.
        work: where the directories are kept between runs.
        naive: the checkpoint of the bot `naive`.
    """
    config = yaml.safe_load((ROOT / "config.yml").read_text("utf-8"))
    for step in config["pipeline"]:
        if step["name"] == EMOTION:
            step["model"] = str(SHIPPED)
    config = BOTS[name](deepcopy(config), naive)
    state = _state(config)
    directory = work / name.replace(" ", "-")
    stamp = directory / "trained-from"
    if not stamp.is_file() or stamp.read_text() != state:
        _train(directory, config)
        stamp.write_text(state)
    _connect(directory, name)
    return directory


def _train(directory: Path, config: Config) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    (directory / "config.yml").write_text(yaml.safe_dump(config, sort_keys=False), "utf-8")
    shutil.copy(ROOT / "domain.yml", directory / "domain.yml")
    shutil.copytree(ROOT / "rasa_project", directory / "rasa_project")
    with (directory / "train.log").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            [sys.executable, str(QUIET_RASA), "train", "--fixed-model-name", "bot"],
            cwd=directory,
            # What the bots have in common is trained once.
            env={**rasa_environment(), "RASA_CACHE_DIRECTORY": str(directory.parent / "cache")},
            stdout=log,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode or not (directory / "models" / "bot.tar.gz").is_file():
        raise SystemExit(f"The bot in {directory} could not be trained: see {log.name}")


def _connect(directory: Path, name: str) -> None:
    """Give the bot its channel, and a tracker store in which no conversation is yet."""
    for old in directory.glob("*.db*"):
        old.unlink()
    if name in OWN_CHANNEL:
        (directory / "credentials.yml").write_text("rest:\n", "utf-8")
        (directory / "endpoints.yml").write_text("{}\n", "utf-8")
        return
    for file in ("credentials.yml", "endpoints.yml"):
        shutil.copy(ROOT / file, directory / file)


def _state(config: Config) -> str:
    """Changes with whatever the trained bot depends on."""
    digest = hashlib.sha256(yaml.safe_dump(config).encode())
    for path in _sources():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield ROOT / "domain.yml"
    yield from sorted((ROOT / "rasa_project").rglob("*.yml"))
    yield from sorted(SHIPPED.glob("*.*"))

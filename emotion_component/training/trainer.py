"""Fine-tune an encoder to read emotions: the loop, and nothing else."""

from __future__ import annotations

import dataclasses
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from emotion_component.artifact import EmotionMetadata, read_artifact
from emotion_component.augmentation import Augmenter
from emotion_component.backends.base import shorten
from emotion_component.calibration import fit_temperature, softmax
from emotion_component.errors import DataError
from emotion_component.evaluation import evaluate
from emotion_component.labels import LABELS
from emotion_component.ngrams import NGRAMS_FILE
from emotion_component.table import LabelledTexts
from emotion_component.text import normalize
from emotion_component.training import checkpoint
from emotion_component.training.batches import by_length, padded
from emotion_component.training.config import TrainingConfig
from emotion_component.training.encoder import load_encoder
from emotion_component.training.losses import make_loss, r_drop
from emotion_component.training.ngrams import add_ngrams
from emotion_component.training.optimizer import adamw_with_warmup
from emotion_component.training.sampling import epoch_rows
from emotion_component.training.soft_labels import SoftLabels

VALID_BATCH = 64

OnEpoch = Callable[[dict[str, float]], None]
"""Called with {"epoch", "loss", "valid"} after each epoch; what it raises ends the training."""


def train(
    base: str,
    output: Path,
    training: LabelledTexts,
    valid: LabelledTexts,
    config: TrainingConfig,
    *,
    soft_labels: SoftLabels | None = None,
    taught_by: Sequence[str] = (),
    resume: bool = False,
    on_epoch: OnEpoch | None = None,
) -> EmotionMetadata:
    """Fine-tune `base` and write the best epoch as a torch model directory.

    The directory also serves `transformers.pipeline("text-classification", model=output)`; give
    that pipeline texts that went through `text.normalize`. After each epoch the state of the
    training is written beside the model, and removed at the end.

    Args:
        base: directory or hub id of any encoder that transformers can load.
        output: model directory to write.
        training: messages to learn from.
        valid: messages that choose the epoch and fit the temperature.
        config: settings.
        soft_labels: what teachers say, for distillation and self-training.
        taught_by: their names, for the model's metadata.
        resume: go on from the last epoch of an interrupted training of the same settings and
            messages; without such a state, start anew.
        on_epoch: for tracking, and for stopping early from outside.

    Raises:
        DataError: a class has no training message, the loss is no number, or the disk is full; an
            epoch that was kept before stays in `output`.
        ArtifactError: the base cannot be loaded.
        ConfigError: the base has no such layers, or an unknown noise is asked for.
    """
    if missing := [label for label, count in training.counts.items() if count == 0]:
        raise DataError(
            rule="Each of the five labels needs training messages.",
            got=f"none for {', '.join(missing)}",
            do="Add some, at least a few dozen a label.",
        )
    torch.manual_seed(config.seed)
    tokenizer, model = load_encoder(base, config.layers)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    model.to(device)
    rows = _Rows.of(training, soft_labels, config)
    encoded_valid = _encode(tokenizer, valid.texts, config.max_length)
    steps = config.epochs * -(-len(rows.targets) // config.batch_size)
    optimizer, schedule = adamw_with_warmup(
        model,
        config.learning_rate,
        config.weight_decay,
        config.warmup,
        steps,
        layer_decay=config.layer_decay,
    )
    loss_function = make_loss(config, rows.counts)
    about = checkpoint.fingerprint(
        base=str(base),
        config=dataclasses.asdict(config),
        training=training.sha256,
        valid=valid.sha256,
        extra=len(rows.targets),
        taught_by=list(taught_by),
    )
    parts = {"model": model, "optimizer": optimizer, "schedule": schedule}
    history: list[dict[str, float]] = []
    if resume and (state := checkpoint.load_state(output, about, parts)):
        history = state["history"]
        tqdm.write(f"going on after epoch {len(history)}")

    with tqdm(total=steps, unit="step", disable=not sys.stderr.isatty()) as bar:
        bar.update(len(history) * steps // config.epochs)
        for epoch in range(len(history) + 1, config.epochs + 1):
            if _out_of_patience(history, config):
                break
            model.train()
            encoded = _encode(tokenizer, rows.texts_of(epoch), config.max_length)
            # Drawn from the seed and the epoch alone, so that a resumed training draws the same.
            shuffler = random.Random(f"{config.seed} {epoch}")
            draws = np.random.default_rng([config.seed, epoch])
            chosen = epoch_rows(rows.targets.argmax(axis=1), config.sampling, draws)
            losses = []
            for batch in by_length(
                [len(encoded[row]) for row in chosen], config.batch_size, shuffler
            ):
                positions = [chosen[i] for i in batch]
                inputs = padded([encoded[i] for i in positions], tokenizer.pad_token_id, device)
                targets = torch.from_numpy(rows.targets[positions]).to(device)
                with torch.autocast(device.type, torch.bfloat16, enabled=config.bf16):
                    logits = model(**inputs).logits.float()
                    loss = loss_function(logits, targets)
                    if config.r_drop:
                        again = model(**inputs).logits.float()
                        loss = (loss + loss_function(again, targets)) / 2
                        loss = loss + config.r_drop * r_drop(logits, again)
                if not torch.isfinite(loss):
                    raise _diverged(epoch, output if history else None)
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                optimizer.zero_grad(set_to_none=True)
                losses.append(loss.item())
                bar.update()
            logits_valid = _predict(model, encoded_valid, tokenizer.pad_token_id, device)
            if not np.isfinite(logits_valid).all():
                raise _diverged(epoch, output if history else None)
            targets_valid = np.array(valid.targets)
            score = evaluate(targets_valid, softmax(logits_valid), bootstrap=0).macro_f1.value
            best = max((entry["valid"] for entry in history), default=-1.0)
            kept = config.keep == "last" or round(score, 4) > best
            history.append(
                {"epoch": epoch, "loss": round(float(np.mean(losses)), 4), "valid": round(score, 4)}
            )
            tqdm.write(
                f"epoch {epoch}: loss {history[-1]['loss']:.4f}, valid macro-F1 {score:.4f}"
                + (" (kept)" if kept else "")
            )
            if kept:
                metadata = EmotionMetadata(
                    temperature=fit_temperature(logits_valid, targets_valid),
                    max_length=config.max_length,
                    training=_account(base, config, training, valid, rows, taught_by, history),
                )
                checkpoint.write_whole(output, _writer(model, tokenizer, metadata))
                (output / NGRAMS_FILE).unlink(missing_ok=True)  # of a model that lay there before
            if epoch < config.epochs:
                checkpoint.save_state(
                    output,
                    about,
                    parts,
                    history=history,
                )
            if on_epoch:
                on_epoch(history[-1])
    checkpoint.remove_state(output)
    if config.ngrams:
        mixture = add_ngrams(output, training, valid)
        tqdm.write(f"n-grams answer beside the encoder, with a share of {mixture.share:.0%}")
    return read_artifact(output, "torch").metadata


@dataclass(frozen=True, kw_only=True, eq=False)
class _Rows:
    """All messages of an epoch: the labelled ones first, then those that only teachers know.

    Attributes:
        texts: normal forms.
        targets: `(n, 5)` distributions, float32.
        labelled: how many of the messages have a label.
        counts: messages of each class, by label or by the teachers' first choice.
    """

    texts: tuple[str, ...]
    originals: tuple[str, ...]
    targets: npt.NDArray[np.float32]
    labelled: int
    augmenter: Augmenter | None

    @classmethod
    def of(cls, training: LabelledTexts, soft: SoftLabels | None, config: TrainingConfig) -> _Rows:
        targets = np.eye(len(LABELS), dtype=np.float32)[list(training.targets)]
        texts, originals = training.texts, training.originals
        if soft is not None:
            soft = soft.at_temperature(config.teacher_temperature)
            weight = np.float32(config.teacher_weight)
            targets = (1 - weight) * targets + weight * soft.training
            targets = np.concatenate([targets, soft.extra]).astype(np.float32)
            texts, originals = texts + soft.texts, originals + soft.texts
        augmenter = None
        if config.augmentation:
            augmenter = Augmenter(
                noises=config.augmentation, share=config.augmentation_share, seed=config.seed
            )
        return cls(
            texts=texts,
            originals=originals,
            targets=targets,
            labelled=len(training),
            augmenter=augmenter,
        )

    @property
    def counts(self) -> list[int]:
        counted = np.bincount(self.targets.argmax(axis=1), minlength=len(LABELS))
        return [int(count) for count in counted]

    def texts_of(self, epoch: int) -> Sequence[str]:
        """Normal forms of this epoch, with its noise."""
        if self.augmenter is None:
            return self.texts
        classes = self.targets.argmax(axis=1).tolist()
        return [normalize(text) for text in self.augmenter.augment(self.originals, classes, epoch)]


def _account(
    base: str,
    config: TrainingConfig,
    training: LabelledTexts,
    valid: LabelledTexts,
    rows: _Rows,
    taught_by: Sequence[str],
    history: Sequence[dict[str, float]],
) -> dict[str, Any]:
    """How the model was made, for its metadata; holds no text."""
    account: dict[str, Any] = {
        "base": Path(base).name if Path(base).is_dir() else base,
        "config": dataclasses.asdict(config),
        "train": {"counts": training.counts, "sha256": training.sha256},
        "sources": list(training.sources),
        "valid": {"counts": valid.counts, "sha256": valid.sha256},
        "history": list(history),
    }
    if taught_by:
        account["teachers"] = list(taught_by)
        account["unlabelled"] = len(rows.texts) - rows.labelled
    return account


def _writer(model: Any, tokenizer: Any, metadata: EmotionMetadata) -> Callable[[Path], None]:
    def write(directory: Path) -> None:
        model.save_pretrained(directory)
        tokenizer.save_pretrained(directory)
        metadata.write(directory)

    return write


def _out_of_patience(history: Sequence[dict[str, float]], config: TrainingConfig) -> bool:
    if not config.patience or not history:
        return False
    scores = [entry["valid"] for entry in history]
    return len(scores) - 1 - scores.index(max(scores)) >= config.patience


def _diverged(epoch: int, kept: Path | None) -> DataError:
    saved = f" The last good epoch is in `{kept}`." if kept else ""
    return DataError(
        rule="The loss is a finite number.",
        got=f"another in epoch {epoch}",
        do=f"Lower the learning rate.{saved}",
    )


def _encode(tokenizer: Any, texts: Sequence[str], max_length: int) -> list[list[int]]:
    # verbose=False: what is longer than the model reads is cut here, as in use.
    encoded = tokenizer(list(texts), verbose=False)["input_ids"]
    return [shorten(ids, max_length) for ids in encoded]


@torch.inference_mode()
def _predict(
    model: Any, encoded: Sequence[Sequence[int]], padding: int, device: torch.device
) -> npt.NDArray[np.float32]:
    """Logits `(n, 5)` of the messages, computed in the order of their length."""
    model.eval()
    order = sorted(range(len(encoded)), key=lambda row: len(encoded[row]))
    logits = np.zeros((len(encoded), len(LABELS)), dtype=np.float32)
    for start in range(0, len(order), VALID_BATCH):
        rows = order[start : start + VALID_BATCH]
        inputs = padded([encoded[row] for row in rows], padding, device)
        logits[rows] = model(**inputs).logits.float().cpu().numpy()
    return logits

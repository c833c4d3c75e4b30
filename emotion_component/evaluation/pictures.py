"""The pictures of a report as PNG bytes. The only file here that knows matplotlib."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from emotion_component.errors import MissingExtraError
from emotion_component.evaluation.metrics import Evaluation
from emotion_component.evaluation.threshold_curve import ThresholdCurve
from emotion_component.labels import LABELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Two of the Okabe-Ito colours, told apart with every kind of colour vision and in grey.
_BLUE, _ORANGE = "#0072B2", "#E69F00"
_GREY = "#666666"


def confusion_matrix_png(evaluation: Evaluation) -> bytes:
    """Counts with the share of each true label's row; the shade is the share.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    counts = evaluation.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure = _figure(6.4, 5.6)
    axes = figure.add_subplot()
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        axes.text(
            column,
            row,
            f"{counts[row, column]:,}\n{share:.0%}",
            ha="center",
            va="center",
            color="white" if share > 0.55 else "black",
        )
    axes.set_xticks(range(len(LABELS)), LABELS)
    axes.set_yticks(range(len(LABELS)), LABELS)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted label", labelpad=8)
    axes.set_ylabel("true label", labelpad=8)
    axes.set_title(f"Confusion matrix, {evaluation.n:,} messages")
    figure.colorbar(image, ax=axes, shrink=0.8, label="share of the true label")
    return _png(figure)


def reliability_diagram_png(evaluation: Evaluation) -> bytes:
    """Accuracy against confidence in bins, above the number of messages in each.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    bins = evaluation.reliability
    confidence = [b.confidence for b in bins]
    accuracy = [b.accuracy for b in bins]
    figure = _figure(6.0, 6.4)
    upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [4, 1]})
    upper.plot([0, 1], [0, 1], "--", color=_GREY, label="perfectly calibrated")
    upper.vlines(confidence, confidence, accuracy, color=_ORANGE, linewidth=3, label="gap")
    upper.plot(confidence, accuracy, "o-", color=_BLUE, label="this model", clip_on=False)
    upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="accuracy")
    ece = evaluation.ece
    upper.set_title(f"Reliability, ECE {ece.value:.3f} ({ece.low:.3f} to {ece.high:.3f})")
    upper.legend(loc="upper left", frameon=False)
    lower.bar(
        [b.low for b in bins],
        [b.count for b in bins],
        width=[b.high - b.low for b in bins],
        align="edge",
        color=_BLUE,
        edgecolor="white",
    )
    lower.set(xlabel="confidence", ylabel="messages")
    for axes in (upper, lower):
        axes.spines[["top", "right"]].set_visible(False)
    return _png(figure)


def threshold_curve_png(curve: ThresholdCurve) -> bytes:
    """Recall and precision of "needs a human" over the threshold, above the cost of a message.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    figure = _figure(6.4, 5.6)
    upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [2, 1]})
    upper.plot(curve.thresholds, curve.recall, color=_BLUE, label="recall")
    upper.plot(curve.thresholds, curve.precision, "--", color=_ORANGE, label="precision")
    upper.set(xlim=(0, 1), ylim=(0, 1.02))
    upper.set_title('"Needs a human" by the threshold of Frustrasi')
    lower.plot(curve.thresholds, curve.cost, color=_BLUE)
    lower.set(
        xlabel="threshold of p(Frustrasi) + p(Marah)", ylabel="cost a message", ylim=(0, None)
    )
    for axes in (upper, lower):
        axes.axvline(curve.chosen, color=_GREY, linestyle=":", label=f"chosen: {curve.chosen:.2f}")
        axes.spines[["top", "right"]].set_visible(False)
    upper.legend(loc="lower center", frameon=False)
    return _png(figure)


def learning_curve_png(history: Sequence[Mapping[str, float]]) -> bytes:
    """Training loss and macro-F1 on valid over the epochs.

    Args:
        history: {"epoch", "loss", "valid"} of each epoch, as in the model's metadata.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    epochs = [entry["epoch"] for entry in history]
    figure = _figure(6.4, 3.6)
    axes = figure.add_subplot()
    axes.plot(epochs, [entry["valid"] for entry in history], "o-", color=_BLUE)
    axes.set(xlabel="epoch", ylim=(0, 1), xticks=epochs)
    axes.set_ylabel("macro-F1 on valid", color=_BLUE)
    right = axes.twinx()
    right.plot(epochs, [entry["loss"] for entry in history], "s--", color=_ORANGE)
    right.set_ylim(0, None)
    right.set_ylabel("training loss", color=_ORANGE)
    axes.set_title("Learning curve")
    return _png(figure)


def _figure(width: float, height: float) -> Figure:
    """An empty figure of inches, without pyplot and so without any global state."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError(
            package="matplotlib", extra="train", needed_for="Drawing the pictures of a report"
        ) from error
    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    # Without the version in it, the same figures give the same bytes.
    figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()

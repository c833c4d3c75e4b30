"""Pictures of one evaluation: which label is taken for which, and how honest confidence is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from emotion_component.evaluation.canvas import LIGHT, Theme, figure, png
from emotion_component.evaluation.metrics import Evaluation
from emotion_component.labels import LABELS


def confusion_matrix_png(evaluation: Evaluation, theme: Theme = LIGHT) -> bytes:
    """Counts with the share of each true label's row; the shade is the share.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    counts, shares = evaluation.confusion, evaluation.confusion_share
    made = figure(5.4, 4.8)
    axes = made.add_subplot()
    axes.imshow(_shades(shares, theme))
    for (row, column), share in np.ndenumerate(shares):
        axes.text(
            column,
            row,
            f"{counts[row, column]:,}\n{share:.0%}",
            ha="center",
            va="center",
            color=theme.paper if share > 0.5 else theme.ink,
        )
    axes.set_xticks(range(len(LABELS)), LABELS)
    axes.set_yticks(range(len(LABELS)), LABELS)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("predicted label", labelpad=8)
    axes.set_ylabel("true label", labelpad=8)
    return png(made, theme)


def reliability_diagram_png(evaluation: Evaluation, theme: Theme = LIGHT) -> bytes:
    """Accuracy against confidence in bins, above the number of messages in each.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    bins = evaluation.reliability
    confidence = [b.confidence for b in bins]
    accuracy = [b.accuracy for b in bins]
    made = figure(5.4, 5.2)
    upper, lower = made.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [4, 1]})
    upper.plot([0, 1], [0, 1], "--", color=theme.quiet, label="perfectly calibrated")
    upper.vlines(confidence, confidence, accuracy, color=theme.second, linewidth=3, label="gap")
    upper.plot(confidence, accuracy, "o-", color=theme.first, label="this model", clip_on=False)
    upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="accuracy")
    upper.legend(loc="upper left", frameon=False)
    lower.bar(
        [b.low for b in bins],
        [b.count for b in bins],
        width=[b.high - b.low for b in bins],
        align="edge",
        color=theme.first,
        edgecolor=theme.paper,
    )
    lower.set(xlabel="confidence", ylabel="messages")
    return png(made, theme)


def _shades(shares: npt.NDArray[np.float64], theme: Theme) -> npt.NDArray[np.float64]:
    """From a breath of colour on the paper, at 0, to all of it, at 1: `(5, 5, 3)`."""
    paper, color = (
        np.frombuffer(bytes.fromhex(c[1:]), np.uint8) for c in (theme.paper, theme.first)
    )
    much = 0.05 + 0.95 * shares[:, :, None]
    return np.asarray(((1 - much) * paper + much * color) / 255)

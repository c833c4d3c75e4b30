"""Pictures of curves: over the threshold, over the epochs, over the messages trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from emotion_component.evaluation.canvas import LIGHT, Theme, figure, png
from emotion_component.evaluation.learning_curve import LearningPoint
from emotion_component.evaluation.threshold_curve import ThresholdCurve

_BAND = 0.18  # opacity of an interval


def threshold_curve_png(curve: ThresholdCurve, theme: Theme = LIGHT) -> bytes:
    """Recall and precision of "needs a human" over the threshold, above the cost of a message.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    made = figure(5.4, 5.2)
    upper, lower = made.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [2, 1]})
    x = curve.thresholds
    for values, band, color, style, name in (
        (curve.recall, curve.recall_band, theme.first, "-", "recall"),
        (curve.precision, curve.precision_band, theme.second, "--", "precision"),
    ):
        upper.fill_between(x, *band, color=color, alpha=_BAND, linewidth=0)
        upper.plot(x, values, style, color=color, label=name)
    upper.set(xlim=(0, 1), ylim=(0, 1.02), ylabel="share")
    lower.fill_between(x, *curve.cost_band, color=theme.first, alpha=_BAND, linewidth=0)
    lower.plot(x, curve.cost, color=theme.first)
    lower.set(xlabel="threshold of Frustrasi", ylabel="cost a message", ylim=(0, None))
    for axes in (upper, lower):
        axes.axvline(
            curve.chosen, color=theme.quiet, linestyle=":", label=f"the model's: {curve.chosen:.2f}"
        )
    upper.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3, frameon=False)
    return png(made, theme)


def epochs_png(history: Sequence[Mapping[str, float]], theme: Theme = LIGHT) -> bytes:
    """Macro-F1 on valid over the epochs of a training, above its loss.

    Args:
        history: {"epoch", "loss", "valid"} of each epoch, as in the model's metadata.
        theme: colours.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    epochs = [entry["epoch"] for entry in history]
    made = figure(5.4, 4.4)
    upper, lower = made.subplots(2, 1, sharex=True)
    upper.plot(epochs, [entry["valid"] for entry in history], "o-", color=theme.first)
    upper.set(ylabel="macro-F1 on valid")
    lower.plot(epochs, [entry["loss"] for entry in history], "o-", color=theme.first)
    lower.set(xlabel="epoch", ylabel="training loss")
    lower.xaxis.get_major_locator().set_params(integer=True)
    return png(made, theme)


def rows_png(points: Sequence[LearningPoint], theme: Theme = LIGHT) -> bytes:
    """Macro-F1 over the number of messages trained on.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    rows = [point.rows for point in points]
    low = [point.macro_f1.low for point in points]
    high = [point.macro_f1.high for point in points]
    made = figure(5.4, 4.0)
    axes = made.add_subplot()
    axes.fill_between(rows, low, high, color=theme.first, alpha=_BAND, linewidth=0)
    axes.plot(rows, [point.macro_f1.value for point in points], "o-", color=theme.first)
    axes.set(xlabel="messages trained on", ylabel="macro-F1")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    return png(made, theme)

"""Losses against torch's own and against the formulas of their papers."""

from __future__ import annotations

import pytest
import torch

from emotion_component.training.config import TrainingConfig
from emotion_component.training.losses import class_weights, make_loss, r_drop

COUNTS = [160, 264, 76, 422, 95]


@pytest.fixture(scope="module")
def logits() -> torch.Tensor:
    return torch.randn((12, 5), generator=torch.Generator().manual_seed(1))


@pytest.fixture(scope="module")
def classes() -> torch.Tensor:
    return torch.tensor([0, 1, 2, 3, 4, 3, 3, 1, 1, 0, 4, 3])


def one_hot(classes: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.one_hot(classes, 5).float()


@pytest.mark.parametrize("loss", ["cross-entropy", "weighted", "class-balanced"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_hard_targets_give_the_loss_of_torch(loss, smoothing, logits, classes):
    config = TrainingConfig(loss=loss, label_smoothing=smoothing)
    weight = class_weights(config, COUNTS)
    expected = torch.nn.functional.cross_entropy(
        logits, classes, weight=weight, label_smoothing=smoothing
    )
    assert make_loss(config, COUNTS)(logits, one_hot(classes)) == pytest.approx(expected.item())


def test_soft_targets_give_the_cross_entropy_of_the_distributions(logits):
    config = TrainingConfig(loss="cross-entropy", label_smoothing=0.0)
    targets = torch.rand((12, 5), generator=torch.Generator().manual_seed(2)).softmax(-1)
    expected = torch.nn.functional.cross_entropy(logits, targets)
    assert make_loss(config, COUNTS)(logits, targets) == pytest.approx(expected.item())


def test_focal_without_focus_is_the_weighted_loss(logits, classes):
    losses = [
        make_loss(TrainingConfig(loss=loss, focal_gamma=0.0), COUNTS)(logits, one_hot(classes))
        for loss in ("focal", "weighted")
    ]
    assert losses[0] == pytest.approx(losses[1].item())


def test_focal_counts_an_easy_message_less_than_a_hard_one():
    """(1 - p) ** 2 of the cross entropy (Lin et al., 2017)."""
    config = TrainingConfig(loss="focal", class_weight_power=0.0, label_smoothing=0.0)
    easy, hard = torch.tensor([[4.0, 0, 0, 0, 0]]), torch.tensor([[0.0, 4, 0, 0, 0]])
    target = one_hot(torch.tensor([0]))
    for logits in (easy, hard):
        p = logits.softmax(-1)[0, 0]
        expected = (1 - p) ** 2 * -p.log()
        assert make_loss(config, COUNTS)(logits, target) == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize(
    "config, ratio",
    [
        (TrainingConfig(loss="cross-entropy"), 1.0),
        (TrainingConfig(loss="weighted", class_weight_power=1.0), 422 / 76),
        (TrainingConfig(loss="weighted", class_weight_power=0.5), (422 / 76) ** 0.5),
        (
            TrainingConfig(loss="class-balanced", effective_beta=0.99),
            (1 - 0.99**422) / (1 - 0.99**76),
        ),
    ],
)
def test_how_much_more_a_message_of_the_smallest_class_weighs(config, ratio):
    weights = class_weights(config, COUNTS)
    assert (weights[2] / weights[3]).item() == pytest.approx(ratio, rel=1e-4)


def test_the_loss_itself_knows_how_frequent_a_class_is(logits, classes):
    """Menon et al. (2021), equation 10: the model need not."""
    config = TrainingConfig(loss="logit-adjusted", class_weight_power=1.0, label_smoothing=0.0)
    shares = torch.tensor(COUNTS) / sum(COUNTS)
    expected = torch.nn.functional.cross_entropy(logits + shares.log(), classes)
    assert make_loss(config, COUNTS)(logits, one_hot(classes)) == pytest.approx(expected.item())


def test_the_best_answer_to_no_evidence_is_equal_shares():
    config = TrainingConfig(loss="logit-adjusted", class_weight_power=1.0, label_smoothing=0.0)
    targets = torch.eye(5).repeat_interleave(torch.tensor(COUNTS), dim=0)
    nothing = torch.zeros(5, requires_grad=True)
    make_loss(config, COUNTS)(nothing.expand(len(targets), 5), targets).backward()
    assert nothing.grad is not None
    assert nothing.grad.abs().max() == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    "loss", ["cross-entropy", "weighted", "focal", "class-balanced", "logit-adjusted"]
)
def test_weights_are_one_on_average(loss):
    """So that the loss, and the step size that suits it, stay what they are."""
    weights = class_weights(TrainingConfig(loss=loss), COUNTS)
    mean = (weights * torch.tensor(COUNTS)).sum() / sum(COUNTS)
    assert mean.item() == pytest.approx(1.0, rel=1e-5)


def test_r_drop_is_zero_for_equal_passes_and_symmetric(logits):
    other = logits.flip(0)
    assert r_drop(logits, logits).item() == pytest.approx(0.0, abs=1e-6)
    assert r_drop(logits, other).item() == pytest.approx(r_drop(other, logits).item())
    assert r_drop(logits, other) > 0

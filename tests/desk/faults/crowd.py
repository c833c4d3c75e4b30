"""Eight stories at once, each at another step, when something goes wrong that hits them all."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from tests.desk.faults.story import STEPS, Story

Go = Callable[[], None]
"""Lets all eight send what their step sends."""


def tell_through(
    fault: Callable[[Go], None], begin: Callable[[str], Story]
) -> dict[str, Story | BaseException]:
    """Tell each story up to its step, do the step while the fault goes on, and tell the rest.

    Args:
        fault: makes trouble, and calls `go` before it or meanwhile; returns once all is well again.
        begin: the story of a step.

    Returns:
        By step, the story that was told to its end; or why it could not be.
    """
    stories = {step: begin(step) for step in STEPS}
    ready, go = threading.Barrier(len(STEPS) + 1), threading.Event()

    def tell(step: str, story: Story) -> None:
        for before in STEPS[: STEPS.index(step)]:
            if (before, step) != ("resolve", "hand_back"):
                story.do(before)
        if step in ("reply", "next", "resolve", "hand_back", "answer"):
            story.evidence.wait_until_quiet(story.name)
        ready.wait(120)
        go.wait(60)
        story.do(step)
        for after in STEPS[STEPS.index(step) + 1 :]:
            if after != "hand_back":
                story.do(after)

    with ThreadPoolExecutor(len(STEPS)) as threads:
        tasks = {step: threads.submit(tell, step, story) for step, story in stories.items()}
        with suppress(threading.BrokenBarrierError):
            ready.wait(120)
        try:
            fault(go.set)
        finally:
            go.set()
    return {step: task.exception() or stories[step] for step, task in tasks.items()}

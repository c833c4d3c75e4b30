"""What a whole bot does for a message, by counting."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import asyncio, dataclasses, gc, json
from rasa.core.agent import load_agent
from rasa.model import get_latest_model
from emotion_component.backends.onnx import OnnxBackend
from emotion_component.classifier import EmotionClassifier

async def main():
    agent = await load_agent(get_latest_model("models"))
    for text in ("halo kak", "kapan pesanan saya dikirim?", "/restart"):
        await agent.handle_text(text, sender_id="andi")
    alive = gc.get_objects()
    backends = [one for one in alive if isinstance(one, OnnxBackend)]
    works = [dataclasses.asdict(one.work) for one in alive if isinstance(one, EmotionClassifier)]
    print(json.dumps({"copies": len(backends), "works": works}))

asyncio.run(main())
"""


def test_a_bot_has_one_model_and_reads_each_message_once(project: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["copies"] == 1
    (work,) = found["works"]
    assert (work["tokenized"], work["forward_passes"]) == (2, 2)

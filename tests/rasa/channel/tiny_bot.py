"""A bot of a few rules that is trained in seconds, with an action server that counts its calls."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import rasa
from rasa.engine.graph import GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

DOMAIN = """
version: "3.1"
intents: [sapa, gambar, surat, kerja]
actions: [action_kerja]
responses:
  utter_sapa:
    - text: "Halo Kak!\\n\\nMau tanya apa?"
      buttons:
        - {title: Jam buka, payload: /jam}
  utter_gambar:
    - text: Ini denahnya.
      image: https://example.com/denah.png
  utter_surat:
    - text: "Satu.\\n\\nDua."
  utter_lokasi:
    - custom: {jenis: lokasi, lintang: -6.2}

session_config:
  session_expiration_time: 60
  carry_over_slots_to_new_session: true
"""
CONFIG = """
recipe: default.v1
assistant_id: tiny
language: id
pipeline:
  - name: KeywordIntentClassifier
  - name: tiny_bot.Explosive
policies:
  - name: RulePolicy
    enable_fallback_prediction: false
"""
DATA = """
version: "3.1"
nlu:
  - intent: sapa
    examples: |
      - halo
      - hai
  - intent: gambar
    examples: |
      - gambar
      - denah
  - intent: surat
    examples: |
      - surat
      - alamat
  - intent: kerja
    examples: |
      - kerja
      - kerjakan
rules:
  - rule: sapa
    steps: [{intent: sapa}, {action: utter_sapa}]
  - rule: gambar
    steps: [{intent: gambar}, {action: utter_gambar}]
  - rule: surat
    steps: [{intent: surat}, {action: utter_surat}, {action: utter_lokasi}]
  - rule: kerja
    steps: [{intent: kerja}, {action: action_kerja}]
"""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Explosive(GraphComponent):
    """Raises on one word, as a component with a bug does."""

    @classmethod
    def create(cls, *_: Any, **__: Any) -> Explosive:
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        if any("meledak" in (message.get("text") or "") for message in messages):
            raise RuntimeError("meledak")
        return messages


def train(directory: Path) -> Path:
    """Train the bot; its archive."""
    for name, text in (("domain.yml", DOMAIN), ("config.yml", CONFIG), ("data.yml", DATA)):
        (directory / name).write_text(text, "utf-8")
    trained = rasa.train(
        domain=str(directory / "domain.yml"),
        config=str(directory / "config.yml"),
        training_files=[str(directory / "data.yml")],
        output=str(directory / "models"),
    )
    assert trained.model, "no bot was trained"
    return Path(trained.model)


class ActionServer:
    """Counts how often the bot acted on a text; `kerja lama 3` takes three seconds."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.calls: Counter[str] = Counter()

    def act(self, text: str) -> dict[str, Any]:
        self.calls[text] += 1
        number = self.calls[text]
        words = text.split()
        if "lama" in words:
            time.sleep(float(words[-1]))
        return {"events": [], "responses": [{"text": f"Selesai nomor {number}."}]}


@contextmanager
def action_server() -> Iterator[ActionServer]:
    """A real action server on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(actions.act(asked["tracker"]["latest_message"]["text"])).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    actions = ActionServer(f"http://127.0.0.1:{server.server_port}/webhook")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield actions
    server.shutdown()
    server.server_close()
    thread.join()

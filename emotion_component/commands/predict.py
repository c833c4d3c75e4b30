"""Read the emotion of messages given as arguments or line by line on standard input."""

from __future__ import annotations

import argparse
import json
import sys

from emotion_component.classifier import EmotionClassifier


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help="model directory or hub id")
    parser.add_argument("texts", nargs="*", help="messages; none: one a line on standard input")
    parser.add_argument("--backend", default="auto", help="onnx, torch or auto")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")


def run(options: argparse.Namespace) -> None:
    classifier = EmotionClassifier.from_pretrained(options.model, options.backend)
    texts = options.texts or (line.rstrip("\n") for line in sys.stdin)
    for text in texts:
        (prediction,) = classifier.predict([text])
        if options.json:
            found = {"text": text, "label": prediction.label} | {
                "confidence": round(prediction.confidence, 4),
                "probabilities": {k: round(p, 4) for k, p in prediction.probabilities.items()},
            }
            print(json.dumps(found, ensure_ascii=False), flush=True)
        else:
            print(f"{prediction.label:<10} {prediction.confidence:4.0%}  {text}", flush=True)

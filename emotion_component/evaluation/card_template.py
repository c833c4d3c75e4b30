"""The text of a new model card. `{names}` are filled in by `model_card.py`."""

from __future__ import annotations

CARD = """\
---
language:
- id
license: apache-2.0
library_name: emotion-component
pipeline_tag: text-classification
base_model: {base_model}
tags:
- emotion
- customer-service
- indonesian
- onnx
metrics:
- f1
- accuracy
---

# {name}

Reads the emotion of a message that a customer writes to a company in Indonesian, as people chat:
slang, abbreviations, typos, emoji. It answers with one of five labels and calibrated
probabilities:

{labels}.

It was made to notice when a customer should talk to a human (Frustrasi or Marah) and is part of a
chatbot that hands them over.

## Use

```python
from emotion_component import EmotionClassifier

classifier = EmotionClassifier.from_pretrained("models/{name}")
classifier.predict(["paket saya kok belum sampai juga"])
```

Texts are normalised by the library before the tokenizer sees them; a program that runs the
weights by itself has to do the same (`emotion_component.text.normalize`) and divide the logits by
the temperature below.

## What the labels mean

| label | means |
| --- | --- |
| Senang | thanks, praise, satisfaction, a problem solved, happy joking |
| Netral | a factual or polite request, a question for information, an answer |
| Bingung | puzzled, without stated dissatisfaction |
| Frustrasi | complaint, disappointment, waiting, repeated failure, mild sarcasm, no insult |
| Marah | insult, swearing, threat, shouting, contempt |

An insult beats Frustrasi; waiting or repetition beats Bingung.

## How it was trained

An encoder of the BERT family was fine-tuned with a classification head. Where there is a file
`ngrams.npz`, a linear model on hashed n-grams answers beside it: the probabilities are the mean of
both, in the share that the recipe names. Temperature and thresholds
were fitted on a validation table that is neither the training nor the test table. This is what
the model's `emotion.json` records:

{recipe}

## Results

{results}

## Limits

- {labels_by}
- Labels name what a message shows, not what its writer feels. The model sees one message at a
  time: no voice, no face, no earlier turns. How well it reads irony, polite anger and regional
  languages has not been measured by itself.
- The messages come from few places (see the attributions), and labels are not spread evenly over
  them: a model can learn the place instead of the emotion. Measure on messages of your own before
  relying on the figures above.
- Not for clinical use, nor for judging a person: not for mental health, hiring, credit, grading
  or discipline. It was made to route a customer's message sooner to a human, no more.
- An 8-bit file trades exactness for size and speed. The figures above were measured through the
  weights whose hash stands with them, so that what rounding costs is in them where these are
  8-bit weights; single messages can still get another label than from the 32-bit weights. How
  many do is in the table of the recipe where the export measured it.

## Make it again

{reproduce}

## Licence and attributions

Apache-2.0, and built on:

{attributions}

None of the texts is part of this model's files.
"""

"""Any `AutoModelForSequenceClassification` checkpoint, run by torch and transformers."""

from __future__ import annotations

from collections.abc import Sequence

from emotion_component.artifact import Artifact
from emotion_component.backends.base import ModelOutput, check_vocabulary, pad
from emotion_component.errors import ArtifactError, needs_extra


class TorchBackend:
    """Runs `model.safetensors` of a model directory, on a GPU where there is one.

    Args:
        artifact: the directory; a plain transformers checkpoint will do.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        ArtifactError: transformers cannot load the checkpoint.
    """

    batch_size = 32

    def __init__(self, artifact: Artifact) -> None:
        with needs_extra("torch", "The torch backend"):
            import torch
            import transformers
        self._torch = torch
        try:
            self._tokenizer = transformers.AutoTokenizer.from_pretrained(
                artifact.directory, trust_remote_code=False
            )
            config = transformers.AutoConfig.from_pretrained(
                artifact.directory, trust_remote_code=False
            )
            # config.json may name a kernel of the hub here, which is code that is run.
            config._attn_implementation = None
            self._model = transformers.AutoModelForSequenceClassification.from_pretrained(
                artifact.directory,
                config=config,
                dtype=torch.float32,
                use_safetensors=True,  # and never a pickle
                trust_remote_code=False,
            )
        except Exception as error:  # transformers and safetensors raise whatever went wrong below
            raise ArtifactError(
                rule="The torch backend loads a sequence-classification checkpoint.",
                got=f"`{artifact.directory}`: {error}",
                do="Copy or download the model directory again.",
            ) from error
        rows = self._model.get_input_embeddings().weight.shape[0]
        check_vocabulary(len(self._tokenizer), rows, artifact.directory)
        self.hidden_size = int(self._model.config.hidden_size)
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._model.to(self._device).eval()

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        # verbose=False: the classifier itself cuts what is longer than the model reads.
        ids: list[list[int]] = self._tokenizer(list(texts), verbose=False)["input_ids"]
        return ids

    def run(self, batch: Sequence[Sequence[int]]) -> ModelOutput:
        torch = self._torch
        ids, mask = (
            torch.from_numpy(array).to(self._device)
            for array in pad(batch, self._tokenizer.pad_token_id or 0)
        )
        with torch.inference_mode():
            output = self._model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
            weights = mask.unsqueeze(-1).float()
            embeddings = (output.hidden_states[-1] * weights).sum(1) / weights.sum(1)
        return ModelOutput(
            logits=output.logits.float().cpu().numpy(), embeddings=embeddings.float().cpu().numpy()
        )

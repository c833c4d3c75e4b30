"""Whose work a model builds on, and under which licence."""

from __future__ import annotations

from collections.abc import Iterable

E5_SMALL = "intfloat/multilingual-e5-small"
TRIMMED_E5 = "vocabulary trimmed to Indonesian, weights taken through a 4-bit quantisation and back"
"""What was done to the encoder that the shipped model starts from."""

_SOURCES = {
    "STIF": "STIF (`haryoa/stif-indonesia`): tweets to customer service accounts. MIT.",
    "LayananPublik": (
        "`Leoudah/Dataset-Ulasan-Aplikasi-Layanan-Publik-Indonesia`: reviews of apps of public "
        'services. CC BY 4.0; its README also says "academic", so ask its author before a use '
        "that is not."
    ),
    "PRDECT": (
        "PRDECT-ID (`rhiosutoyo/PRDECT-ID-Indonesian-Product-Reviews-Dataset`): "
        "product reviews. MIT."
    ),
    "bot_messages": (
        "`data/bot_messages.csv`: messages to a bot, written and labelled for this project by one "
        "AI author, read by no second annotator. Apache-2.0."
    ),
}
_SPELLINGS = {"leoudah": "LayananPublik", "prdect-id": "PRDECT"} | {
    name.casefold(): name for name in _SOURCES
}


def attributions(base_model: str, sources: Iterable[str], *, base_changes: str = "") -> str:
    """A Markdown list of the base encoder and the text sources.

    Args:
        base_model: hub id or name of the encoder that was fine-tuned.
        sources: values of a table's `source` column, e.g. "STIF:labelled/train.inf"; what stands
            before the colon names the source. One that is not known is listed by its name.
        base_changes: what was done to the encoder before it was fine-tuned, or "".
    """
    lines = [_base_line(base_model, base_changes)]
    names = {_source_name(source) for source in sources}
    lines += [text for name, text in _SOURCES.items() if name in names]
    lines += [f"`{name}`: see its own licence." for name in sorted(names - set(_SOURCES))]
    return "\n".join(f"- {line}" for line in lines)


def _base_line(base_model: str, changes: str) -> str:
    licence = "MIT." if base_model == E5_SMALL else "See its own licence."
    return f"Base encoder: `{base_model}`{f' ({changes})' if changes else ''}. {licence}"


def _source_name(source: str) -> str:
    name = source.split(":")[0].strip()
    return _SPELLINGS.get(name.casefold(), name)

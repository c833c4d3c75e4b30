"""Replace what stands between two markers of a Markdown document, and nothing else."""

from __future__ import annotations

from pathlib import Path

from emotion_component.errors import DataError


def markers(name: str) -> tuple[str, str]:
    """The opening and closing marker of a block: `<!-- name:start -->`, `<!-- name:end -->`."""
    return f"<!-- {name}:start -->", f"<!-- {name}:end -->"


def marked(name: str, content: str) -> str:
    """A block with its markers."""
    start, end = markers(name)
    return "\n".join((start, content.strip("\n"), end))


def has_block(document: str, name: str) -> bool:
    """Whether either marker of the block is in the document."""
    return any(marker in document for marker in markers(name))


def replace_block(document: str, name: str, content: str, *, where: str) -> str:
    """Return the document with new content between the markers of `name`.

    Args:
        document: Markdown with the two markers, each exactly once.
        name: of the block.
        content: Markdown without markers.
        where: what the document is called in an error.

    Raises:
        DataError: a marker is missing, doubled, or they stand in the wrong order.
    """
    start, end = markers(name)
    counts = document.count(start), document.count(end)
    if counts != (1, 1) or document.index(start) > document.index(end):
        raise DataError(
            rule=f"{where} must hold `{start}` and, after it, `{end}`, once each.",
            got=f"{counts[0]} and {counts[1]} of them, or in the wrong order",
            do="Put the two markers, each on a line of its own, where the block belongs.",
        )
    before, after = document.split(start)[0], document.split(end)[1]
    return before + marked(name, content) + after


def update_block(path: Path, name: str, content: str) -> None:
    """Replace a block in a file; the file is untouched if that fails.

    Raises:
        DataError: there is no such file, or see `replace_block`.
    """
    if not path.is_file():
        raise DataError(
            rule="A results block goes into a document that exists.",
            got=f"no file {path.name}",
            do=f"Write it first, with the markers {' and '.join(markers(name))}.",
        )
    document = path.read_text(encoding="utf-8")
    path.write_text(replace_block(document, name, content, where=path.name), encoding="utf-8")

"""The names of a model's classes: from a file the user names, inside the model, beside it, or of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.base.regular_file import read_at_most
from edge.errors import ModelError
from edge.runtime.label_text import MOST_TEXT_BYTES, split_labels

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.facts import ModelFacts


@dataclass(frozen=True, slots=True)
class Labels:
    """``category_names[i]`` and ``display_names[i]`` name class i of the model."""

    category_names: tuple[str, ...]
    display_names: tuple[str, ...]


def find_labels(facts: ModelFacts, labels_file: Path | None, locale: str, count: int) -> Labels:
    """The labels of a model with ``count`` classes.

    Raises:
        ModelError: there are none, the file cannot be read, or their number is not ``count``.
    """
    names, source = _category_names(facts, labels_file)
    if len(names) != count:
        raise ModelError(
            f"{source}: {len(names)} labels, but {facts.path} has {count} classes; "
            "name the label file that belongs to this model with the key `labels`"
        )
    display = facts.metadata.label_files.get(locale, names)
    return Labels(names, display if len(display) == count else names)


def _category_names(facts: ModelFacts, labels_file: Path | None) -> tuple[tuple[str, ...], Path]:
    if labels_file is not None:
        return _read(labels_file), labels_file
    model, inside = facts.path, facts.metadata.label_files.get("")
    if inside is not None:
        return inside, model
    beside = model.with_suffix(".txt")
    if beside.is_file():
        return _read(beside), beside
    published = facts.known.label_file() if facts.known else None
    if published is not None:
        return split_labels(published.decode("utf-8")), model
    raise ModelError(
        f"{model}: no labels inside the model and no {beside.name} beside it; "
        "name a label file with the key `labels`, one label a line"
    )


def _read(path: Path) -> tuple[str, ...]:
    try:
        return split_labels(read_at_most(path, MOST_TEXT_BYTES).decode("utf-8-sig"))
    except FileNotFoundError as error:
        raise ModelError(f"{path}: there is no such label file; check the key `labels`") from error
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ModelError(f"{path}: the label file cannot be read ({why}); it must be text, one label a line") from error

"""What a trace holds of a classifier: its labels, and the scores of each frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.base.json_fields import get, get_words
from edge.base.packing import pack_floats, unpack_floats
from edge.runtime.labels import Labels

if TYPE_CHECKING:
    from edge.base.json_fields import Line
    from edge.tasks.common.tracing import Observed, TracedTask
    from edge.types import FloatArray


def traits_line(labels: Labels) -> Line:
    """What the header says of the model."""
    return {"category_names": labels.category_names, "display_names": labels.display_names}


def traits_from(line: Line) -> Labels:
    """The same from a header; raises ``ValueError`` where it is none."""
    labels = Labels(get_words(line, "category_names"), get_words(line, "display_names"))
    if not labels.category_names or len(labels.category_names) != len(labels.display_names):
        raise ValueError(f"the labels of {line['name']} are not as many as their display names")
    return labels


def observed_line(observed: Observed[FloatArray]) -> Line:
    """What a line says of an observation, beside what all have."""
    return {"scores": pack_floats(observed.observation.values)}


def observed_from(line: Line, task: TracedTask[Labels]) -> tuple[FloatArray, None]:
    """Scores from a line; raises ``ValueError`` where they are none."""
    classes = len(task.traits.category_names)
    values = unpack_floats(get(line, "scores", str), classes)
    if values.size != classes:
        raise ValueError(f"'scores' holds {values.size}, but {task.name} has {classes} labels")
    return values, None


def details_from(_line: Line) -> tuple[object, ...]:
    """Scores are all that is said."""
    return ()

"""What a terminal says of face."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rich.text import Text

from edge.messages.words import NOTHING, number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.tasks.face.observer import FaceTraits
    from edge.tasks.face.result import Face, FaceResult
    from edge.types import Result

_NONE = "no face"


def found(result: Result) -> Sequence[str]:
    """Each face with the middle of its box."""
    return [_face(face) for face in cast("FaceResult", result).faces] or [_NONE]


def now(state: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """How many faces are there."""
    faces = result.get("faces")
    if "count" not in state and not isinstance(faces, list):
        return NOTHING
    count = state["count"] if "count" in state else len(faces or ())
    if isinstance(count, bool) or not isinstance(count, int):
        return "not known"
    return _NONE if count == 0 else "1 face" if count == 1 else f"{number(count)} faces"


def best(_result: Mapping[str, Any]) -> str:
    """Nothing more: how many there are is all that fits."""
    return ""


def newest(message: Mapping[str, Any]) -> str:
    """The faces and their scores."""
    return ", ".join(f"face {one['id']} ({one['score']:.2f})" for one in message["faces"]) or _NONE


def lines(message: Mapping[str, Any]) -> Sequence[Text]:
    """A line for each face."""
    return [_line(face) for face in message["faces"]] or [Text(newest(message), style="dim")]


def summary(result: Result) -> str:
    """How many faces were drawn."""
    count = len(cast("FaceResult", result).faces)
    return f"{count} face{'' if count == 1 else 's'}"


def of_model(traits: FaceTraits) -> str:
    """How fine its mesh is."""
    return f"a mesh of {traits.points} points"


def _face(face: Face) -> str:
    box = face.box
    return f"face {face.id} score {face.score:.2f} around x {box.x + box.width / 2:.2f} y {box.y + box.height / 2:.2f}"


def _line(face: Mapping[str, Any]) -> Text:
    box = face["box"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return Text.assemble((f"face {face['id']}", "yellow"), f"  score {face['score']:.2f}  x {x:.2f} y {y:.2f}")

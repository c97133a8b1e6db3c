"""What a terminal says of pose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rich.text import Text

from edge.messages.words import NOTHING, number
from edge.tasks.pose.result import SEEN_SCORE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.tasks.pose.result import Pose, PoseResult
    from edge.types import Result


def found(result: Result) -> Sequence[str]:
    """Each person with the middle of their box."""
    return [_person(pose) for pose in cast("PoseResult", result).people] or ["nobody"]


def now(state: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """How many people are there."""
    people = result.get("people")
    if "count" not in state and not isinstance(people, list):
        return NOTHING
    count = state["count"] if "count" in state else len(people or ())
    if isinstance(count, bool) or not isinstance(count, int):
        return "not known"
    return "nobody" if count == 0 else "1 person" if count == 1 else f"{number(count)} people"


def best(_result: Mapping[str, Any]) -> str:
    """Nothing more: how many there are is all that fits."""
    return ""


def newest(message: Mapping[str, Any]) -> str:
    """The people and their scores."""
    return ", ".join(f"person {one['id']} ({one['score']:.2f})" for one in message["people"]) or "nobody"


def lines(message: Mapping[str, Any]) -> Sequence[Text]:
    """A line for each person."""
    return [_line(person) for person in message["people"]] or [Text(newest(message), style="dim")]


def summary(result: Result) -> str:
    """How many people were drawn."""
    count = len(cast("PoseResult", result).people)
    return f"{count} pose{'' if count == 1 else 's'}"


def of_model(_traits: object) -> str:
    """Nothing: one is like another."""
    return ""


def _person(pose: Pose) -> str:
    box = pose.box
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return f"person {pose.id} score {pose.score:.2f} around x {x:.2f} y {y:.2f}"


def _line(person: Mapping[str, Any]) -> Text:
    box = person["box"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    sure = sum(keypoint["score"] >= SEEN_SCORE for keypoint in person["keypoints"])
    return Text.assemble(
        (f"person {person['id']}", "yellow"), f"  score {person['score']:.2f}  x {x:.2f} y {y:.2f}  "
        f"{sure} of {len(person['keypoints'])} keypoints"
    )  # fmt: skip

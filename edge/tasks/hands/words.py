"""What a terminal says of hands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from rich.text import Text

from edge.messages.words import NOTHING, number, percent, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from edge.tasks.hands.observer import HandTraits
    from edge.tasks.hands.result import Hand, HandsResult
    from edge.types import Result


def found(result: Result) -> Sequence[str]:
    """Each hand with its side, its middle and its gesture."""
    return [_hand(hand) for hand in cast("HandsResult", result).hands] or ["no hand"]


def now(state: Mapping[str, Any], result: Mapping[str, Any]) -> str:
    """How many hands are there, and the settled gesture."""
    hands = result.get("hands")
    if "count" not in state and not isinstance(hands, list):
        return NOTHING
    count = state["count"] if "count" in state else len(hands or ())
    if isinstance(count, bool) or not isinstance(count, int):
        return "not known"
    many = "no hand" if count == 0 else "1 hand" if count == 1 else f"{number(count)} hands"
    settled = (state or result).get("settled")
    return f"{many}: {plain(settled.get('category_name'))}" if isinstance(settled, dict) else many


def best(result: Mapping[str, Any]) -> str:
    """The side of the first hand, and its gesture."""
    hands = result.get("hands")
    first = hands[0] if isinstance(hands, list) and hands else None
    if not isinstance(first, dict):
        return NOTHING
    said = [one for one in (first.get("handedness"), first.get("gesture")) if isinstance(one, dict)]
    return ", ".join(f"{plain(one.get('category_name'))} {percent(one.get('score'))}" for one in said) or NOTHING


def newest(message: Mapping[str, Any]) -> str:
    """The hands and their sides."""
    return ", ".join(f"hand {one['id']} ({_said(one)})" for one in message["hands"]) or "no hand"


def lines(message: Mapping[str, Any]) -> Sequence[Text]:
    """A line for each hand."""
    return [_line(hand) for hand in message["hands"]] or [Text(newest(message), style="dim")]


def summary(result: Result) -> str:
    """How many hands were drawn."""
    count = len(cast("HandsResult", result).hands)
    return f"{count} hand{'' if count == 1 else 's'}"


def of_model(traits: HandTraits) -> str:
    """Whether it tells gestures."""
    return "" if traits.knows_gestures else "without gestures"


def _said(hand: Mapping[str, Any]) -> str:
    gesture = hand["gesture"]
    side = hand["handedness"]["category_name"].lower()
    return side if gesture is None else f"{side}, {gesture['category_name']}"


def _hand(hand: Hand) -> str:
    box = hand.box
    x, y = box.x + box.width / 2, box.y + box.height / 2
    gesture = "" if hand.gesture is None else f" {hand.gesture.category_name} {hand.gesture.score:.2f}"
    side = hand.handedness
    return f"hand {hand.id} {side.category_name.lower()} {side.score:.2f} around x {x:.2f} y {y:.2f}{gesture}"


def _line(hand: Mapping[str, Any]) -> Text:
    box = hand["box"]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    return Text.assemble(
        (f"hand {hand['id']}", "yellow"), f"  score {hand['score']:.2f}  x {x:.2f} y {y:.2f}  {_said(hand)}"
    )

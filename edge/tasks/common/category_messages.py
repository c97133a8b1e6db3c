"""What the messages of categories say: the best few, and the label that has settled."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from edge.messages.clock import Instant
    from edge.messages.payload import Payload
    from edge.tasks.common.category_result import CategoryResult
    from edge.types import Category, Result, Settled, TaskState


def stream(result: Result, published: Instant) -> Payload:
    """The fields of a result, see the schemas ``classification`` and ``action``."""
    own = cast("CategoryResult", result)
    warming_up = {"warming_up": True} if own.warming_up else {}
    return {
        "categories": [_category(category) for category in own.categories],
        "settled": settled(own.settled, published),
        **warming_up,
    }


def settled(label: Settled | None, published: Instant) -> Payload | None:
    """The field ``settled``; None while nothing has."""
    return None if label is None else _settled(label.category_name, label.since_ns, published)


def state(state: TaskState, published: Instant) -> Payload:
    """The fields of a state, see the schemas ``state/classification`` and ``state/action``."""
    return {"settled": settled_state(state, published)}


def settled_state(state: TaskState, published: Instant) -> Payload | None:
    """The field ``settled`` of a state whose sight is a label; None while nothing has."""
    name = state.sight.name
    return None if name is None else _settled(name, state.since_ns, published)


def _category(category: Category) -> Payload:
    return asdict(category) | {"score": round(category.score, 3)}


def _settled(name: str, since_ns: int, published: Instant) -> Payload:
    return {"category_name": name, "since": published.rfc3339_of(since_ns)}

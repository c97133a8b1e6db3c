"""One way in which a task is measured: what it is shown, and what comes of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from edge.tasks.common.evaluation.figure import Figure
    from edge.types import ImageArray, Result

TruthT = TypeVar("TruthT")
"""What is true of a picture or clip."""
JudgedT = TypeVar("JudgedT")
"""What is kept of one answer, to count figures from."""

Truths: TypeAlias = Literal["labels", "keypoints"]
Media: TypeAlias = Literal["pictures", "clips"]


def whole(image: ImageArray, truth: TruthT) -> Iterable[tuple[ImageArray, TruthT]]:
    """The picture as it is."""
    yield image, truth


@dataclass(frozen=True, slots=True)
class Mode(Generic[TruthT, JudgedT]):
    """``judge`` weighs the last result of one view against its truth, ``figures`` counts over any of those judged.

    ``keys`` are values of the task's section with which it says all that is to be judged. ``judge`` raises
    ``ValueError`` with a sentence where the truth does not fit the model. ``views`` are the pictures that are shown of
    one. A ``still`` picture stands for itself; else it is shown ``passes`` times as a stream.
    """

    name: str
    judge: Callable[[Result, TruthT], JudgedT]
    figures: Callable[[Sequence[JudgedT]], tuple[Figure, ...]]
    keys: Mapping[str, object]
    views: Callable[[ImageArray, TruthT], Iterable[tuple[ImageArray, TruthT]]] = whole
    still: bool = True
    passes: int = 1

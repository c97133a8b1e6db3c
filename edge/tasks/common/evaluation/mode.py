"""One way in which a task is measured: what it is shown, and what comes of its answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Literal, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from edge.tasks.common.evaluation.entry import Annotation
    from edge.tasks.common.evaluation.figure import Figure
    from edge.types import ImageArray, Result

TruthT = TypeVar("TruthT")
"""What is true of a picture or clip."""
JudgedT = TypeVar("JudgedT")
"""What is kept of one answer, to count figures from."""


@dataclass(frozen=True, slots=True)
class Keypoints:
    """The truth is annotations with keypoints; ``check`` raises ``ValueError`` for one that nothing can be judged by.

    Such a one is left out, and with ``all_count`` the picture that it is in: who is not known would be a mistake.
    """

    check: Callable[[Annotation], object]
    all_count: bool = False


Truths: TypeAlias = "Literal['labels'] | Keypoints"
Media: TypeAlias = Literal["pictures", "clips"]


def whole(image: ImageArray, truth: TruthT) -> Iterable[tuple[ImageArray, TruthT]]:
    """The picture as it is."""
    yield image, truth


def nothing(_result: Result, _truth: TruthT) -> Iterable[str]:
    """Everything is judged."""
    return ()


@dataclass(frozen=True, slots=True)
class Mode(Generic[TruthT, JudgedT]):
    """``judge`` weighs the last result of one view against its truth, ``figures`` counts over any of those judged.

    ``keys`` are values of the task's section with which it says all that is to be judged. ``judge`` raises
    ``ValueError`` with a sentence where the truth does not fit the model; ``left_out`` has a sentence for what of the
    truth it cannot judge by that result. ``views`` are the pictures that are shown of
    one. A ``still`` picture stands for itself; else it is shown ``passes`` times as a stream.
    """

    name: str
    judge: Callable[[Result, TruthT], JudgedT]
    figures: Callable[[Sequence[JudgedT]], tuple[Figure, ...]]
    keys: Mapping[str, object]
    views: Callable[[ImageArray, TruthT], Iterable[tuple[ImageArray, TruthT]]] = whole
    left_out: Callable[[Result, TruthT], Iterable[str]] = nothing
    still: bool = True
    passes: int = 1

"""What a processor decides by beside what its model says, asked by name so that it can be written down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")


class SideInputs(Protocol):
    """Answers with what ``look_up`` says now or, in a replay, with what it said then."""

    def of_frame(self, name: str, look_up: Callable[[], _T], /) -> _T:
        """Something that is seen in the frame itself: a replay, which has no pictures, knows only what it said then."""
        ...

    def of_frame_if_known(self, name: str, look_up: Callable[[], _T], /) -> _T | None:
        """The same of something that a processor can do without; None where a replay does not know it."""
        ...

    def of_others(self, name: str, look_up: Callable[[], _T], /) -> _T:
        """Something that follows from what other tasks say: a replay can ask that anew."""
        ...


class LiveSideInputs:
    """Nobody writes anything down."""

    def of_frame(self, _name: str, look_up: Callable[[], _T], /) -> _T:
        """What it says now."""
        return look_up()

    of_frame_if_known = of_others = of_frame

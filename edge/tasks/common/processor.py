"""A task with its tracker: frames in, steadied results out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from edge.config.sections import Settings
    from edge.tasks.common.model_choice import ChosenModel
    from edge.tasks.common.observer import Observer
    from edge.types import Frame, Result, TaskName

_TraitsT_contra = TypeVar("_TraitsT_contra", contravariant=True)
_ValuesT_contra = TypeVar("_ValuesT_contra", contravariant=True)


class Processor(Protocol):
    """What a worker thread runs."""

    model: ChosenModel

    @property
    def task(self) -> TaskName:
        """Which task's results this makes."""
        ...

    def restart(self) -> None:
        """Begin anew: the next frame is of another subject and continues nothing."""
        ...

    def process(self, frame: Frame) -> Result | None:
        """The result of a frame; None where the task's rate leaves it out.

        Raises:
            ModelError: the model failed. ModelOutputError: it has no answer to this frame; the next may have one.
        """
        ...


class TunableProcessor(Processor, Protocol[_TraitsT_contra, _ValuesT_contra]):
    """A processor whose settings change while the appliance runs; both come between two frames, in its own thread."""

    def tune(self, settings: Settings) -> None:
        """Go on with other thresholds, rates, lists, tracking; what is remembered stays."""
        ...

    def swap(
        self, model: ChosenModel, observer: Observer[_TraitsT_contra, _ValuesT_contra], settings: Settings
    ) -> None:
        """Go on with another model, as the task's own ``load`` gives it."""
        ...

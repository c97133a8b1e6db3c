"""The models of one supervisor: which they are, which of them its EdgeTPU cannot run, and what each is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge.runtime.edgetpu.opened_model import users_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from edge.runtime.edgetpu.opened_model import OpenedModel

_REFUSED = "the EdgeTPU cannot run it: "
_REMEDY = "compile it anew with edgetpu_compiler, or install another libedgetpu (see edge doctor)"


class SupervisedModels:
    """Given from outside; all else is for the supervisor's thread.

    That hands over ``opened``, the models of its worker: those of them that have moved to another EdgeTPU meanwhile are
    told nothing.
    """

    def __init__(self) -> None:
        self._given: tuple[OpenedModel, ...] = ()
        self._refusals: dict[OpenedModel, str] = {}
        """Why the latest worker cannot run models; the next one tries them again, as files and libraries change."""
        self._told: dict[OpenedModel, str] = {}
        """The refusals that users know of."""

    def __contains__(self, one: OpenedModel) -> bool:
        return one in self._given

    def give(self, opened: tuple[OpenedModel, ...]) -> bool:
        """Let these be the models, and no others; whether that is a change. For another thread."""
        before, self._given = self._given, opened
        return opened != before

    def wanted(self) -> tuple[OpenedModel, ...]:
        """Those that somebody has, and that an EdgeTPU may run."""
        return tuple(one for one in self._given if one.wants_edgetpu)

    def have_others_than(self, opened: Iterable[OpenedModel]) -> bool:
        """Whether models are wanted that are none of these, or none at all."""
        wanted = self.wanted()
        return not wanted or not set(wanted) <= set(opened)

    def still_given(self, opened: Iterable[OpenedModel]) -> tuple[OpenedModel, ...]:
        """Those of them that have not moved to another EdgeTPU, and that somebody has."""
        return tuple(one for one in opened if one in self._given)

    def users(self) -> tuple[str, ...]:
        """Whose models run or may run."""
        return users_of(one for one in self._given if one not in self._refusals)

    def wait(self, opened: Iterable[OpenedModel], reason: str) -> None:
        """Have the CPU compute until there is a place."""
        for one in self.still_given(opened):
            one.wait(self._told.get(one) or reason)

    def fall_back(self, opened: Iterable[OpenedModel], reason: str, remedy: str = "") -> None:
        """Have the CPU compute."""
        for one in self.still_given(opened):
            one.fall_back(reason, remedy)

    def refuse(self, refusals: Mapping[OpenedModel, str]) -> None:
        """These cannot be run by the worker that there is now, and why; all others can."""
        self._refusals = {one: f"{_REFUSED}{refusal}" for one, refusal in refusals.items()}

    def fall_back_refused(self) -> Iterator[tuple[OpenedModel, str]]:
        """Have the CPU compute what is refused; one by one what was not told before, and why it is."""
        before, self._told = self._told, self._refusals
        for one in self.still_given(self._refusals):
            reason = self._refusals[one]
            one.fall_back(reason, _REMEDY)
            if before.get(one) != reason:
                yield one, reason

    def forget_what_was_told(self) -> None:
        """Refusals are news again."""
        self._told = {}

    def why_refused(self) -> str:
        """All reasons, each once."""
        return "; ".join(dict.fromkeys(self._refusals.values()))

"""Brings the EdgeTPUs that are attached and the models that are open together, whenever either has changed."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from edge.runtime.edgetpu.assignment import Claim, assign
from edge.runtime.edgetpu.devices import find_edgetpus, pcie_without_driver
from edge.runtime.edgetpu.opened_model import users_of
from edge.runtime.edgetpu.step_log import StepLog
from edge.runtime.edgetpu.steps import Step
from edge.runtime.edgetpu.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from edge.base.machine_files import MachineFiles
    from edge.runtime.edgetpu.devices import EdgeTpu
    from edge.runtime.edgetpu.opened_model import OpenedModel
    from edge.runtime.edgetpu.process import WorkerOptions

ATTACH = "attach a Coral"
"""What a person can do where there is none."""
_AWAY_S = 5.0
"""How long a device may be off the bus that loads its firmware, or was reset."""
_HOLD_S = 30.0
"""How long models whose EdgeTPU is gone keep off one that others use: it may be back soon."""


class Reconciler:
    """Has a supervisor for each EdgeTPU that models are on; used by one thread, but :meth:`supervisor_of`."""

    def __init__(
        self, files: MachineFiles, options: WorkerOptions, on_step: Callable[[Step], None], log: StepLog
    ) -> None:
        self._files, self._options, self._on_step, self._log = files, options, on_step, log
        self._logs: dict[str, StepLog] = defaultdict(StepLog)
        """Of each EdgeTPU, by its path, one of its own: what is told of one all the time hides nothing of another."""
        self.supervisors: tuple[Supervisor, ...] = ()
        self._paths: dict[OpenedModel, str] = {}
        self._present: frozenset[str] = frozenset()
        self._seen_s: dict[str, float] = {}
        """When something was at a path last."""
        self._told: dict[OpenedModel, str] = {}

    def reconcile(self, opened: Sequence[OpenedModel]) -> None:
        """Look at what is attached, and have each model run where it should."""
        present = find_edgetpus(self._files)
        for supervisor in self.supervisors:
            self._follow(supervisor, present)
        self._present = frozenset(tpu.path for tpu in present)
        self._seen_s |= dict.fromkeys(self._present, time.monotonic())
        if all(supervisor.tpu.path in self._present for supervisor in self.supervisors):
            self._place(opened, present)
        # else one is just coming back, maybe elsewhere: until then names and places mean nothing

    def supervisor_of(self, opened: OpenedModel) -> Supervisor | None:
        """Who takes care of the EdgeTPU that a model has its place on; for any thread."""
        path = self._paths.get(opened)
        return next((one for one in self.supervisors if one.tpu.path == path), None)

    def absence(self, opened: OpenedModel) -> str:
        """Why there is no EdgeTPU for a model at this moment; empty where there is. For any thread."""
        present = find_edgetpus(self._files)
        if any(opened.choice.device in ("", tpu.name) for tpu in present):
            return ""
        return self._why_none(opened, present)

    def close(self) -> None:
        """End all."""
        for supervisor in self.supervisors:
            supervisor.stop()
        for supervisor in self.supervisors:
            supervisor.close()
        self.supervisors = ()
        self._paths, self._told = {}, {}

    def _follow(self, supervisor: Supervisor, present: Sequence[EdgeTpu]) -> None:
        """See where the device of ``supervisor`` is now."""
        before = supervisor.tpu
        now = next((tpu for tpu in present if tpu.path == before.path), None)
        if now is None and supervisor.state in ("starting", "ready"):
            known = self._present.union(one.tpu.path for one in self.supervisors)
            now = next((tpu for tpu in present if tpu.kind == before.kind and tpu.path not in known), None)
        if now is None:
            if not supervisor.may_come_back or self._away_s(before.path) > _AWAY_S:
                self._lose(supervisor)
        elif supervisor.is_stuck:
            self._end(supervisor)
        elif now.node != before.node and supervisor.state == "waiting" and not supervisor.may_come_back:
            self._end(supervisor)  # it was plugged in anew: a new one begins anew
        elif now != before:
            self._paths = {one: now.path if path == before.path else path for one, path in self._paths.items()}
            supervisor.follow(now)

    def _lose(self, supervisor: Supervisor) -> None:
        """The device of ``supervisor`` was unplugged."""
        tpu = supervisor.tpu
        self._end(supervisor)
        opened = [one for one, path in self._paths.items() if path == tpu.path]
        reason = f"the EdgeTPU {tpu.name} was unplugged"
        for one in opened:
            one.wait(reason)
        users = users_of(opened)
        if supervisor.has_begun and users:
            step = Step("gone", tpu.name, users, "it was unplugged", time.monotonic_ns())
            self._logs[tpu.path].step(step)
            self._on_step(step)
        for one in opened:
            one.fall_back(reason, "plug it in again")  # whoever sees it settled knows of the step

    def _end(self, supervisor: Supervisor) -> None:
        self.supervisors = tuple(one for one in self.supervisors if one is not supervisor)
        supervisor.close()

    def _place(self, opened: Sequence[OpenedModel], present: Sequence[EdgeTpu]) -> None:
        before = self._paths
        paths = [before.get(one, "") for one in opened]
        claims = [
            Claim(one.choice.device, path, waits=self._away_s(path) < _HOLD_S)
            for one, path in zip(opened, paths, strict=True)
        ]
        places = dict(zip(opened, assign(claims, present), strict=True))
        self._paths = {one: place.path if place else before.get(one, "") for one, place in places.items()}
        self._staff(places)
        self._tell_who_has_none([one for one, path in self._paths.items() if not path], present)

    def _away_s(self, path: str) -> float:
        """How long ago something was at a path."""
        return time.monotonic() - self._seen_s.get(path, float("-inf"))

    def _staff(self, places: dict[OpenedModel, EdgeTpu | None]) -> None:
        """Have a supervisor for each EdgeTPU that is used, and none for others."""
        models: dict[EdgeTpu, list[OpenedModel]] = defaultdict(list)
        for one, place in places.items():
            if place:
                models[place].append(one)
        used = {tpu.path: tpu for tpu in models}
        for supervisor in self.supervisors:
            tpu = used.pop(supervisor.tpu.path, None)
            supervisor.give(tuple(models[tpu]) if tpu else ())
            if tpu is None:
                self._end(supervisor)
        for tpu in used.values():
            self._begin(tpu, tuple(models[tpu]))

    def _begin(self, tpu: EdgeTpu, opened: tuple[OpenedModel, ...]) -> None:
        supervisor = Supervisor(tpu, self._files, self._options, self._on_step, self._logs[tpu.path])
        supervisor.give(opened)
        supervisor.start()
        self.supervisors = (*self.supervisors, supervisor)

    def _tell_who_has_none(self, opened: Sequence[OpenedModel], present: Sequence[EdgeTpu]) -> None:
        reasons: dict[str, list[OpenedModel]] = defaultdict(list)
        for one in opened:
            reason = self._why_none(one, present)
            one.fall_back(reason, ATTACH)
            if self._told.get(one) != reason:
                reasons[reason].append(one)
        self._told = {one: self._told.get(one, "") for one in opened}
        for reason, ones in reasons.items():
            self._log.no_edgetpu(ones, reason)
            self._told.update(dict.fromkeys(ones, reason))

    def _why_none(self, opened: OpenedModel, present: Sequence[EdgeTpu]) -> str:
        if present:
            return f"the EdgeTPU {opened.choice.device} is not attached, but {', '.join(tpu.name for tpu in present)}"
        if pcie_without_driver(self._files):
            return "an EdgeTPU is on PCIe, but its driver is not loaded (see edge doctor)"
        return (
            f"the EdgeTPU {opened.choice.device} is not attached" if opened.choice.device else "no EdgeTPU is attached"
        )

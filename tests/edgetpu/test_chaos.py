"""An EdgeTPU that aborts, hangs, fails, is slow, loses its library and is unplugged, in random order, under a daemon.

Pose runs on it, the other tasks on the CPU. What must not be: a pause, an end of the process, a wrong story.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, TypeAlias

import pytest

from tests.broker import wait_until
from tests.cli.steadiness import Usage, growth
from tests.edgetpu.appliance import MOVENET, appliance
from tests.edgetpu.fallbacks import moment_s
from tests.edgetpu.faults import FAULTS, LATE, Fault, replug
from tests.edgetpu.processes import children

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.edgetpu.appliance import Appliance
    from tests.edgetpu.fallbacks import Fallback
    from tests.edgetpu.place import Place
    from tests.support import SharedData

Messages: TypeAlias = "Sequence[dict[str, Any]]"
COUNT = int(os.environ.get("EDGE_EDGETPU_FAULTS", "5"))
SEED = int(os.environ.get("EDGE_EDGETPU_SEED") or random.randrange(100_000))  # noqa: S311
IS_LONG = COUNT > 20
FPS = 30 if IS_LONG else 12
CALM_S = 20.0 if IS_LONG else 2.0
"""How long the rates without faults are measured."""
OTHERS_HZ = 15 if IS_LONG else 5
"""What two cores have time for in any case; `make test` has other tests beside this one."""

LONGEST_GAP_S = 2.0
LEAST_OF_RATE = 0.97 if IS_LONG else 0.8
"""In `make test` others come and go meanwhile: there, whoever waits for an EdgeTPU would be seen, and no more."""
MOST_GROWTH_MIB = 8.0
"""As in tests/cli/test_long_run.py: memory that is freed leaves holes."""
MARGIN_S = 0.5
"""What is under way while a fallback begins or ends may tell of either."""
STORY = re.compile(r"(lost (wait )?(reset )?restart )*((lost )*(wait )?gone )?ready")
"""The steps of a fallback: tries, failing or not, and where a person has to help, the stick is replugged."""
LOGGED = {"lost": "is lost", "gone": "is gone", "restart": "is started again"}
KEYS = (
    "pose.device=edgetpu",
    "pose.score_threshold=1",  # the stand-in finds people everywhere
    "classification.model=starter-classification",
    "classification.device=cpu",
    f"classification.max_rate_hz={OTHERS_HZ}",
    "action.model=starter-action",
    "action.gate=always",  # the room is empty
)


def some_faults(count: int, chance: random.Random) -> list[Fault]:
    """So many in random order, none more often than another but for one."""
    faults = [fault for fault in FAULTS if fault.is_quick or IS_LONG]
    rounds = -(-count // len(faults))
    return [fault for _ in range(rounds) for fault in chance.sample(faults, len(faults))][:count]


@pytest.mark.long
@pytest.mark.timeout(60 + 30 * COUNT)
def test_whatever_happens_to_the_edgetpu(
    place: Place, shared: SharedData, record_property: Callable[[str, object], None]
) -> None:
    print(f"EDGE_EDGETPU_SEED={SEED}")  # noqa: T201  # pytest shows it when the test fails
    place.plug()
    with appliance(place, *KEYS, f"pose.model={shared.path(MOVENET)}", fps=FPS, is_patient=False) as edge:
        edge.wait_for_backend("edgetpu")
        calm_s, usages = time.time(), [Usage.of(edge.process.pid)]
        time.sleep(CALM_S)
        began_s, injected = time.time(), []
        for fault in some_faults(COUNT, random.Random(SEED)):  # noqa: S311
            injected.append(suffer(edge, fault))
            check_story(fault, injected[-1])
            usages.append(Usage.of(edge.process.pid))
        check_end(edge, usages[0])
        check_what_computed(edge)
        ended_s = time.time()
        time.sleep(CALM_S)
    found = Outcome.of(edge, (calm_s, began_s, ended_s), [usage.memory_mib for usage in usages[1:]])
    others = [fallback for fallback in edge.fallbacks.all() if fallback not in injected]
    record_property("measured", f"{found}; {len(others)} fallbacks more, on a machine too busy; seed {SEED}")
    assert found.longest_gap_s < LONGEST_GAP_S
    assert min(found.kept.values()) >= LEAST_OF_RATE, found
    assert found.growth_mib <= MOST_GROWTH_MIB or not IS_LONG
    assert all(re.search(LATE, fallback.why) for fallback in others)
    assert len({message["run_id"] for message in edge.messages("stats")}) == 1
    assert edge.process.returncode == 0


@dataclass(frozen=True)
class Outcome:
    """What pose and the others have kept, and memory: from the first to the last fifth of the faults."""

    longest_gap_s: float
    kept: dict[str, float]
    growth_mib: float

    @classmethod
    def of(cls, edge: Appliance, times_s: tuple[float, float, float], memory_mib: Sequence[float]) -> Self:
        """From a calm time, faults, and a calm time again; ``times_s`` are when each began, in seconds since 1970."""
        kept = {}
        for task in ("classification", "action"):
            before, meanwhile, after = (
                rate_hz(edge.messages(task), from_s, to_s) for from_s, to_s in pairwise((*times_s, time.time()))
            )
            kept[task] = meanwhile / min(before, after)
        return cls(longest_gap_s(edge.messages("pose")), kept, growth(memory_mib))

    def __str__(self) -> str:
        shares = ", ".join(f"{task} at {share:.3f} of its rate" for task, share in self.kept.items())
        return f"longest gap of pose {self.longest_gap_s:.2f} s; {shares}; memory {self.growth_mib:+.1f} MiB"


def suffer(edge: Appliance, fault: Fault) -> Fallback:
    """Have it happen, mended as a person would, until the EdgeTPU computes again; the event that tells of it."""
    before = len(edge.fallbacks.all())
    fault.begin(edge)
    fallback = edge.fallbacks.wait_for(before + 1)
    fault.mend(edge, fallback)
    wait_until(lambda: edge.fallbacks.all() and (fallback.is_over or waits(edge, fallback)), fault.name)
    if not fallback.is_over:  # it is tried again later and later; nobody waits that long who knows what is wrong
        replug(edge, fallback)
    wait_until(lambda: edge.fallbacks.all() and fallback.is_over, f"{fault.name} is over")
    edge.wait_for_backend("edgetpu")
    assert edge.process.poll() is None
    return fallback


def waits(edge: Appliance, fallback: Fallback) -> bool:
    states = [one["state"] for one in edge.newest("stats")["edgetpus"]]
    return fallback.steps[-1] == "wait" and states == ["waiting"]


def check_story(fault: Fault, fallback: Fallback) -> None:
    """The event tells what has happened and what was done, from the start to the end."""
    assert fallback.task == "pose"
    assert re.search(fault.why, fallback.why), (fault.name, fallback.why)
    assert fallback.types == ["start", *["update"] * (len(fallback.types) - 2), "end"]
    assert STORY.fullmatch(" ".join(fallback.steps)), fallback.steps
    assert all(message["why"] for message in fallback.messages)


def check_end(edge: Appliance, before: Usage) -> None:
    """It is as it was before the first fault, and says so."""
    ended_s = time.time()
    wait_until(lambda: moment_s(edge.newest("stats")["published_at"]) > ended_s + MARGIN_S, "later stats")
    stats = edge.newest("stats")
    pose = stats["tasks"]["pose"]
    steps = Counter(step for fallback in edge.fallbacks.all() for step in fallback.steps)
    log = edge.log.read_text()
    assert (pose["backend"], pose["backend_reason"], pose["restarts"]) == ("edgetpu", None, steps["restart"])
    for step, words in LOGGED.items():
        assert log.count(words) == steps[step] or IS_LONG  # the log leaves out what comes too often
    assert [(one["device"], one["state"], one["error"]) for one in stats["edgetpus"]] == [("usb:0", "ready", None)]
    wait_until(lambda: len(children(edge.process.pid)) == 1, "one child")
    assert "Z" not in children(edge.process.pid).values()
    for name in ("descriptors", "threads"):
        limit = getattr(before, name)
        wait_until(lambda: getattr(Usage.of(edge.process.pid), name) <= limit, f"no more {name} than before")  # noqa: B023


def check_what_computed(edge: Appliance) -> None:
    """Each result and all stats name what computed; they agree with the events."""
    fallbacks = edge.fallbacks.all()
    results = [
        (moment_s(one["captured_at"]), moment_s(one["published_at"]), one["backend"]) for one in edge.messages("pose")
    ]
    stats = [(moment_s(one["published_at"]), one["tasks"]["pose"]) for one in edge.messages("stats")]
    ready_s = next(to_s for _, to_s, backend in results if backend == "edgetpu") + MARGIN_S
    told = results + [(at_s, at_s, pose["backend"]) for at_s, pose in stats]
    for from_s, to_s, backend in told:
        if backend == "cpu" and from_s > ready_s:
            assert any(one.began_s - MARGIN_S < to_s and from_s < one.ended_s + MARGIN_S for one in fallbacks)
        if backend == "edgetpu":
            assert not any(one.began_s + MARGIN_S < from_s and to_s < one.ended_s - MARGIN_S for one in fallbacks)
    assert all((pose["backend_reason"] is None) == (pose["backend"] == "edgetpu") for _, pose in stats)


def longest_gap_s(stream: Messages) -> float:
    """Between two messages, at the publisher; a listener that is held up makes none."""
    times_s = [moment_s(message["published_at"]) for message in stream]
    return max(later - sooner for sooner, later in pairwise(times_s))


def rate_hz(stream: Messages, from_s: float, to_s: float) -> float:
    """From the first to the last result within a time, so that it does not depend on where that begins and ends."""
    times_s = [moment_s(message["captured_at"]) for message in stream]
    inside = [at_s for at_s in times_s if from_s <= at_s < to_s]
    return (len(inside) - 1) / (inside[-1] - inside[0])

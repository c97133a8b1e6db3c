"""``edge run`` where EdgeTPUs come and go, heard over a real broker."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edge.runtime.edgetpu.deadline import _SHORTEST_S, LONGEST_S
from tests.broker import Subscriber, wait_until
from tests.cli.processes import broker_settings, running
from tests.edgetpu.fallbacks import Fallbacks

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from tests.edgetpu.fallbacks import Fallback
    from tests.edgetpu.place import Place

FPS = 12
MOVENET = "models/movenet/movenet_single_pose_lightning_ptq.tflite"
TOPICS = ("pose", "classification", "action", "stats")


@dataclass(frozen=True, slots=True)
class Appliance:
    """The running process, where it stands, and what it says: by topic, of its fallbacks, and in its log."""

    process: subprocess.Popen[bytes]
    place: Place
    heard: Mapping[str, Subscriber]
    fallbacks: Fallbacks
    log: Path

    def newest(self, topic: str) -> dict[str, Any]:
        """The newest message; empty before the first."""
        message = self.heard[topic].newest()
        return message.json() if message else {}

    def messages(self, topic: str) -> list[dict[str, Any]]:
        """All so far."""
        return [message.json() for message in self.heard[topic].seen()]

    def reason(self, task: str) -> object:
        """Why the CPU computes a task, by the newest stats; None where it does not, and before the first stats."""
        return self.newest("stats").get("tasks", {}).get(task, {}).get("backend_reason")

    def wait_for_backend(self, backend: str, *, task: str = "pose") -> None:
        """Wait until results are computed there."""
        wait_until(lambda: self.newest(task).get("backend") == backend, f"{task} on the {backend}")

    def wait_for_step(self, step: str, fallback: Fallback) -> None:
        """Wait until an event tells of it."""
        wait_until(lambda: self.fallbacks.all() and step in fallback.steps, f"{step} after {fallback.steps}")


@contextmanager
def appliance(place: Place, *keys: str, fps: int = FPS, is_patient: bool = True) -> Iterator[Appliance]:
    """It runs in the block and sees an empty room; all results are published, and stats twice a second.

    A patient one waits for each answer of the EdgeTPU as long as it ever does: on a busy machine any may be late.
    """
    given = [
        "device.id=test",
        "camera.source=synthetic:empty",
        "camera.width=320",
        "camera.height=240",
        f"camera.fps={fps}",
        "camera.loop=true",
        "display.backend=none",
        f"mqtt.max_rate_hz={2 * fps}",
        "health.stats_interval_s=0.5",
        "governor.enabled=false",  # the room is empty, and would be looked at less often
        *broker_settings(place.broker),
        *keys,
    ]
    log = place.folder / "log"
    program = ("tests.edgetpu.run", str(place.sysfs.root), str(LONGEST_S if is_patient else _SHORTEST_S))
    with ExitStack() as stack:
        heard = {name: stack.enter_context(Subscriber(place.broker, f"edge/test/{name}")) for name in TOPICS}
        fallbacks = Fallbacks(stack.enter_context(Subscriber(place.broker, "edge/test/event")))
        process = stack.enter_context(running(given, log, program=program))
        try:
            yield Appliance(process, place, heard, fallbacks, log)
        except BaseException:  # of pytest, too
            print(log.read_text())  # noqa: T201  # shown beside the failure
            raise

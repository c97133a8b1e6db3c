"""What can happen to an EdgeTPU, as a test brings it about, and what a person does about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from tests.broker import wait_until

if TYPE_CHECKING:
    from tests.edgetpu.appliance import Appliance
    from tests.edgetpu.fallbacks import Fallback

ABORTED = r"SIGABRT.*usb_driver\.cc"
LATE = r"did not answer within [\d.]+ m?s"


def replug(edge: Appliance, fallback: Fallback) -> None:
    """Pull the stick out, wait until that was seen, and plug it in again."""
    edge.place.unplug()
    edge.wait_for_step("gone", fallback)
    edge.place.plug()


Mend: TypeAlias = Callable[["Appliance", "Fallback"], None]


def by_itself(_edge: Appliance, _fallback: Fallback) -> None:
    """Nobody does anything."""


@dataclass(frozen=True)
class Fault:
    """What happens, why the event then says that the CPU took over, and what a person does about it.

    It is quick where nothing is tried for more than a few seconds.
    """

    name: str
    begin: Callable[[Appliance], None]
    why: str
    mend: Mend = by_itself
    is_quick: bool = True


def lose_library(edge: Appliance) -> None:
    edge.place.hide_library()
    edge.place.at_the_next_invoke("abort")


def find_library(edge: Appliance, fallback: Fallback) -> None:
    edge.wait_for_step("wait", fallback)
    edge.place.put_library_back()


def pull_out(edge: Appliance) -> None:
    edge.place.unplug()
    edge.place.at_the_next_invoke("abort")


def pull_out_silently(edge: Appliance) -> None:
    """What still works on for a moment, as a card whose driver is unloaded."""
    edge.place.sysfs.unplug()


def pull_out_hanging(edge: Appliance) -> None:
    edge.place.unplug()
    edge.place.at_the_next_invoke("hang")


def plug_in(edge: Appliance, fallback: Fallback) -> None:
    edge.wait_for_step("gone", fallback)
    edge.place.edgetpu.behave()
    edge.place.plug()


def plug_in_another(edge: Appliance, fallback: Fallback) -> None:
    """One that was never used: it gets its firmware first, and is on the bus as another one after that."""
    edge.wait_for_step("gone", fallback)
    edge.place.edgetpu.behave()
    edge.place.edgetpu.misbehave("create", "slow", 1500, once=True)
    edge.place.plug(has_firmware=False)
    wait_until(lambda: edge.place.edgetpu.has_misbehaved("create"), "it is opened")
    edge.place.sysfs.load_firmware()


def hang_at_the_next_start(edge: Appliance) -> None:
    edge.place.edgetpu.misbehave("create", "hang", once=True)
    edge.place.at_the_next_invoke("abort")


def replug_when_it_hangs(edge: Appliance, fallback: Fallback) -> None:
    wait_until(lambda: edge.place.edgetpu.has_misbehaved("create"), "it hangs")
    replug(edge, fallback)


def fail_at_each_start(edge: Appliance) -> None:
    edge.place.edgetpu.misbehave("create", "fail")
    edge.place.at_the_next_invoke("abort")


def stop_failing(edge: Appliance, fallback: Fallback) -> None:
    edge.wait_for_step("wait", fallback)
    edge.place.edgetpu.behave()


FAULTS = (
    Fault("abort", lambda edge: edge.place.at_the_next_invoke("abort"), ABORTED),
    Fault("hang", lambda edge: edge.place.at_the_next_invoke("hang"), LATE),
    Fault("error", lambda edge: edge.place.at_the_next_invoke("fail"), "fail"),
    Fault("slow", lambda edge: edge.place.at_the_next_invoke("slow", 3000), LATE),
    Fault("library vanishes", lose_library, ABORTED, find_library),
    Fault("unplugged", pull_out, f"{ABORTED}|unplugged", plug_in),
    Fault("unplugged, silently", pull_out_silently, "unplugged", plug_in),
    Fault("unplugged, hanging", pull_out_hanging, f"{LATE}|unplugged", plug_in),
    Fault("exchanged for a new one", pull_out, f"{ABORTED}|unplugged", plug_in_another),
    Fault("hangs at the next start", hang_at_the_next_start, ABORTED, replug_when_it_hangs, is_quick=False),
    Fault("fails at each start", fail_at_each_start, ABORTED, stop_failing, is_quick=False),
)

"""What an appliance stands on, for a test to change while it runs: a broker, a stick, a library, a tree of ``/sys``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from tests.broker import Broker
    from tests.edgetpu.sysfs import Sysfs
    from tests.standin.control import Control, What


@dataclass(frozen=True, slots=True)
class Place:
    """``library`` is found as libedgetpu.so.1 by what is started here, and told what to do by ``edgetpu``."""

    folder: Path
    broker: Broker
    sysfs: Sysfs
    edgetpu: Control
    library: Path

    def plug(self, *, has_firmware: bool = True) -> None:
        """Plug the stick in."""
        self.sysfs.plug(has_firmware=has_firmware)
        self.edgetpu.attach(*self.sysfs.attached())

    def unplug(self) -> None:
        """Pull the stick out; who computes on it is not told."""
        self.sysfs.unplug()
        self.edgetpu.attach()

    def at_the_next_invoke(self, what: What, ms: int = 0) -> None:
        """Have the EdgeTPU misbehave once."""
        self.edgetpu.misbehave("invoke", what, ms, once=True)

    def hide_library(self) -> None:
        """Have no libedgetpu."""
        self.library.rename(self.library.with_name("hidden"))

    def put_library_back(self) -> None:
        """Have it again."""
        self.library.with_name("hidden").rename(self.library)

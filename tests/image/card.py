"""A card with the image on it, whose boot partition is read and written as a laptop would; nothing is mounted."""

from __future__ import annotations

import mmap
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BOOT_AT = "4M"
"""Where the boot partition begins."""
BOOT_END = 516 << 20
"""Where it ends, in bytes."""
PASSWORD = "correct horse battery staple"
"""What tests put on the card as the broker's."""
CARD_BYTES = 4 << 30
"""An SD card's size in QEMU must be a power of two."""


@dataclass(frozen=True)
class Card:
    """A copy of the image, on a card that is larger."""

    path: Path

    def write(self, name: str, text: str) -> None:
        """Put a file on the boot partition, or replace it."""
        self._do("mcopy", "-o", "-", f"::{name}", stdin=text)

    def read(self, name: str) -> str:
        """What is in a file of the boot partition."""
        return self._do("mtype", f"::{name}")

    def names(self) -> list[str]:
        """The files and folders of the boot partition."""
        return [name.strip("/ ") for name in self._do("mdir", "-b", "::").replace("::", "").split("\n") if name]

    def take(self, name: str, to: Path) -> Path:
        """Copy a file of the boot partition here."""
        self._do("mcopy", "-n", "-o", f"::{name}", str(to))
        return to

    def remove(self, *names: str) -> None:
        """Take files off the boot partition."""
        self._do("mdel", *(f"::{name}" for name in names))

    def holds(self, text: str) -> bool:
        """Whether a text lies anywhere on the boot partition, be it in a file or in what is left of one."""
        with self.path.open("rb") as file, mmap.mmap(file.fileno(), BOOT_END, access=mmap.ACCESS_READ) as card:
            return card.find(text.encode()) >= 0

    def _do(self, command: str, *arguments: str, stdin: str = "") -> str:
        options = [command, "-i", f"{self.path}@@{BOOT_AT}"]
        done = subprocess.run([*options, *arguments], input=stdin, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command} {' '.join(arguments)}: {done.stderr}"
        return done.stdout


def flash(image: Path, path: Path, size_bytes: int = CARD_BYTES) -> Card:
    """Write the image to a new card; of a card there is only as much as has been written."""
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", str(image), str(path)], check=True)
    with path.open("r+b") as card:
        card.truncate(size_bytes)
    return Card(path)

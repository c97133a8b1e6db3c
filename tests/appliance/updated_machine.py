"""A machine that is updated: its files lie in a folder, dpkg and systemd are stand-ins. tests/booted has real ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from edge_appliance.debian import PACKAGE
from edge_appliance.limited_commands import Output, run_command
from edge_appliance.system import System

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SETTINGS = "var/lib/edge/last-good.toml"


def well(**changes: str) -> dict[str, str]:
    """What systemd says of a service that is ready."""
    said = {"LoadState": "loaded", "ActiveState": "active", "SubState": "running", "Result": "success"}
    return {**said, "NRestarts": "0", "InvocationID": "a1", **changes}


def starting(**changes: str) -> dict[str, str]:
    """What systemd says of one that has not said READY=1 yet, or waits to be started again."""
    return well(ActiveState="activating", SubState="start", **changes)


def stopped(**changes: str) -> dict[str, str]:
    """What systemd says of one that nobody wants."""
    return well(ActiveState="inactive", SubState="dead", **changes)


@dataclass
class UpdatedMachine:
    """``version`` and ``status`` are what dpkg says of edge-vision; ``service`` is what systemd does.

    ``installs`` is called in place of ``dpkg --install`` with the version of the file, ``configures`` in place of
    ``dpkg --configure``; they say how that ended. Where it is not ``is_telling``, dpkg does not say what is installed.
    """

    root: Path
    version: str = ""
    status: str = "installed"
    want: str = "install"
    others: list[str] = field(default_factory=list)
    service: dict[str, str] = field(default_factory=well)
    commands: list[str] = field(default_factory=list)
    installs: Callable[[str], Output] = lambda _version: Output(0)
    configures: Callable[[], Output] = lambda: Output(0)
    is_enabled: bool = True
    is_telling: bool = True

    @property
    def system(self) -> System:
        """What the code is shown."""
        return System(self.root, self.run)

    def package(self, version: str, *, name: str = PACKAGE, size_kib: int = 100, folder: str = "root") -> Path:
        """A .deb file on the machine, of which there is only what ``dpkg-deb --field`` would say."""
        fields = {"Package": name, "Version": version, "Architecture": "all", "Installed-Size": str(size_kib)}
        file = f"{folder}/{name}_{version}_all.deb"
        self.write(file, "".join(f"{key}: {value}\n" for key, value in fields.items()))
        return self.root / file

    def write(self, name: str, text: str) -> None:
        """A file of it."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self, name: str) -> str:
        """A file of it."""
        return (self.root / name).read_text()

    def run(
        self, *words: str, limit_s: float = 30.0, stdin: bytes = b"", environ: Mapping[str, str] | None = None
    ) -> Output:
        """In place of the system's commands."""
        del limit_s
        self.commands.append(" ".join([*(f"{key}={value}" for key, value in (environ or {}).items()), *words]))
        answers: dict[str, Callable[..., Output]] = {
            "dpkg": self._dpkg,
            "dpkg-deb": self._dpkg_deb,
            "dpkg-query": self._dpkg_query,
            "systemctl": self._systemctl,
            "setpriv": lambda *rest: run_command(*rest[rest.index("--") + 1 :], stdin=stdin),
            "journalctl": lambda *_rest: Output(0, "its last words"),
        }
        return answers[words[0]](*words[1:])

    def _dpkg(self, *words: str) -> Output:
        if words[0] == "--print-architecture":
            return Output(0, "all")
        if words[0] == "--compare-versions":
            return run_command("dpkg", *words)
        return self._install(words[-1]) if "--install" in words else self._configure()

    def _dpkg_deb(self, _field: str, file: str, *_names: str) -> Output:
        return Output(0, Path(file).read_text()) if Path(file).is_file() else Output(2, "no such file")

    def _dpkg_query(self, *words: str) -> Output:
        if not self.is_telling:
            return Output(2, complaint="dpkg-query: error: parsing file '/var/lib/dpkg/status' near line 0")
        if words[-1] == PACKAGE:
            is_known = bool(self.version)
            return Output(0, f"{self.want} {self.status} {self.version}") if is_known else Output(1, complaint="none")
        return Output(0, "\n".join([f"{self.status} {PACKAGE}", *self.others]) if self.version else "")

    def _systemctl(self, *words: str) -> Output:
        if words[0] == "is-enabled":
            return Output(0 if self.is_enabled else 1)
        said = self.service if words[0] == "show" else {}
        return Output(0, "\n".join(f"{key}={value}" for key, value in said.items()))

    def _install(self, file: str) -> Output:
        version = Path(file).name.split("_")[1]
        done = self.installs(version)
        if done.is_well:
            self.version, self.status = version, "installed"
        return done

    def _configure(self) -> Output:
        done = self.configures()
        if done.is_well and self.status in {"unpacked", "half-configured"}:
            self.status = "installed"
        return done

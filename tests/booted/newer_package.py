"""A newer version of our package: the real one under a later version; its command does what a file tells it to."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NEWER = "99"
"""What its version begins with."""
BEHAVIOUR = "/etc/edge-test"
"""The file: ``works``, ``fails``, ``crashes`` or ``hangs``."""
FUTURE = "\n[from_the_future]\nkey = 1\n"
_COMMAND = f"""\
#!/usr/bin/python3 -I
import os, signal, socket, sys, time

behaviour = open("{BEHAVIOUR}").read().strip()
if sys.argv[1:] != ["run"] or behaviour == "works":
    os.execv("/usr/lib/edge-vision/bin/edge.real", ["edge", *sys.argv[1:]])
if behaviour == "fails":
    sys.exit("the camera of tomorrow is missing")
if behaviour == "crashes":
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.connect(os.environ["NOTIFY_SOCKET"])
        sock.sendall(b"READY=1\\nSTATUS=all is well")
    for name in ("/etc/edge/edge.toml", "/var/lib/edge/last-good.toml"):
        with open(name, "a") as file:
            file.write({FUTURE!r})
    time.sleep(3)
    os.kill(os.getpid(), signal.SIGSEGV)
time.sleep(3600)
"""


def make_newer(package: Path, folder: Path) -> Path:
    """Make it of a package, of whatever architecture, in a folder."""
    content, made = folder / "content", folder / "newer.deb"
    subprocess.run(["dpkg-deb", "--raw-extract", package, content], check=True)
    control = content / "DEBIAN/control"
    control.write_text(control.read_text().replace("\nVersion: ", f"\nVersion: {NEWER}"))
    command = content / "usr/lib/edge-vision/bin/edge"
    command.rename(command.with_name("edge.real"))
    command.write_text(_COMMAND)
    command.chmod(0o755)
    subprocess.run(["dpkg-deb", "-Znone", "--build", content, made], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(content)
    return made

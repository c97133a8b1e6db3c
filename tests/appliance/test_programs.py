"""A unit that runs, or is just starting, takes over what has changed; one that does not run is left alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from edge_appliance.programs import take_over

if TYPE_CHECKING:
    from pathlib import Path

SYSTEMCTL = """\
#!/bin/sh
case "$*" in
  is-active*) echo {state}; [ {state} = active ] ;;
  *) echo "$*" >>{log} ;;
esac
"""


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("active", "--no-block reload edge.service\n"),
        ("reloading", "--no-block reload edge.service\n"),
        ("activating", "--no-block restart edge.service\n"),
        ("inactive", ""),
        ("failed", ""),
    ],
)
def test_a_unit_takes_over_what_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, state: str, told: str
) -> None:
    log, program = tmp_path / "told", tmp_path / "bin/systemctl"
    log.touch()
    program.parent.mkdir()
    program.write_text(SYSTEMCTL.format(state=state, log=log))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    take_over("edge.service", "reload")
    assert log.read_text() == told


def test_where_there_is_no_systemd_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    take_over("edge.service", "restart")
    assert list(tmp_path.iterdir()) == []

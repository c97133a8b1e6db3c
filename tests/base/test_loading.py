from __future__ import annotations

import sys
import time
from importlib.machinery import PathFinder, SourceFileLoader
from threading import Event, Thread
from typing import TYPE_CHECKING

from edge.base.loading import import_in_turn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from pathlib import Path

    import pytest

PACKAGE = "circle"


class SlowLoader(SourceFileLoader):
    """Of a busy machine, on which a package is found long before it is there."""

    loads = Event()

    def create_module(self, spec: ModuleSpec) -> None:
        self.loads.set()
        time.sleep(0.3)
        super().create_module(spec)


class SlowFinder:
    """What gives the package this loader."""

    def find_spec(self, name: str, path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name == PACKAGE else None
        if spec and spec.origin:
            spec.loader = SlowLoader(name, spec.origin)
        return spec


def test_a_package_and_a_module_of_it_that_it_needs_are_imported_one_after_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / PACKAGE).mkdir()
    (tmp_path / PACKAGE / "__init__.py").write_text("import circle.part")
    (tmp_path / PACKAGE / "part.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "meta_path", [SlowFinder(), *sys.meta_path])
    imported: list[str] = []

    def work(name: str) -> None:
        imported.append(import_in_turn(name).__name__)

    whole, part = (Thread(target=work, args=(name,)) for name in (PACKAGE, f"{PACKAGE}.part"))
    whole.start()
    SlowLoader.loads.wait()
    part.start()
    whole.join()
    part.join()
    assert imported == [PACKAGE, f"{PACKAGE}.part"]

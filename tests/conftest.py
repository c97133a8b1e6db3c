"""Fixtures every test may use."""

from __future__ import annotations

import gc
import logging
import os
import signal
import warnings
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from edge.runtime import package_data
from edge.runtime.edgetpu.deadline import LONGEST_S
from tests.broker import Broker
from tests.cli.toys import starter_models
from tests.clock import Clock
from tests.environment import own_environment
from tests.order import long_first
from tests.standin.control import STICK, VARIABLE, Control
from tests.standin.library import build_library
from tests.support import SharedData

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path


LONGEST_NAME = 60

settings.register_profile("edge", deadline=None)  # on a busy machine any example may take long
settings.load_profile("edge")


def pytest_configure() -> None:
    """Let Ctrl-C reach what the tests start, also in the background of a script, where the shell has it ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """What is loaded and collected stays until the end: nobody looks for garbage in it, then or later."""
    gc.disable()
    try:
        load_share(session)
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def load_share(session: pytest.Session) -> None:
    """Each of several processes first loads a share of the tests: what one has compiled, the others only read."""
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if processes == 1:
        return
    root, number = session.config.rootpath, int(os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw"))
    files = sorted(file for given in session.config.args for file in (root / given).rglob("test_*.py"))
    for file in files[number::processes]:
        # What goes wrong is told when it is collected.
        with warnings.catch_warnings(action="error"), suppress(Exception, pytest.skip.Exception):
            import_module(".".join(file.relative_to(root).with_suffix("").parts))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Keep out of the names of tests what is long: it may hold a time, and every process must find the same names."""
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what is marked ``long``, which is not slowed down by measuring coverage: others run the same lines."""
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker("no_cover")
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    items[:] = long_first(items, lambda item: item.get_closest_marker("long") is not None, processes)


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Programs under test see nothing of whoever runs the tests, such as a service manager or an editor."""
    with own_environment(tmp_path_factory.mktemp("person")):
        yield


@pytest.fixture(autouse=True)
def untouched_logging() -> Iterator[None]:
    """Commands set up logging for the process; every test begins as if none had."""
    logger = logging.getLogger("edge")
    logger.handlers, logger.propagate, logger.level = [], True, logging.NOTSET
    yield
    logger.handlers, logger.propagate, logger.level = [], True, logging.NOTSET


@pytest.fixture(scope="session")
def shared() -> SharedData:
    """Models, media and reference outputs kept beside the clone; a test that asks for an absent file is skipped."""
    return SharedData()


@pytest.fixture
def clock() -> Clock:
    """A clock that is set by hand."""
    return Clock()


@pytest.fixture
def no_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty model store, and toys for starter models; the folder of the store."""
    monkeypatch.setattr(package_data, "_CHECKOUT", starter_models(tmp_path / "toy-models"))
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return tmp_path / "state" / "models"


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto that lets everybody in."""
    with Broker(tmp_path) as broker:
        yield broker


@pytest.fixture
def locked_broker(tmp_path: Path) -> Iterator[Broker]:
    """A running mosquitto that lets in the user ``edge`` with the password ``open sesame`` only."""
    with Broker(tmp_path, users={"edge": "open sesame"}) as broker:
        yield broker


@pytest.fixture(scope="session")
def edgetpu_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-in for libedgetpu.so.1; see tests/standin."""
    return build_library(tmp_path_factory.mktemp("standin"))


@pytest.fixture
def edgetpu(edgetpu_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Control:
    """What is started from now on finds the stand-in for libedgetpu, with one stick attached and all working."""
    control = Control(tmp_path / "edgetpu")
    control.attach(STICK)
    monkeypatch.setenv(VARIABLE, str(control.folder))
    monkeypatch.setenv("LD_LIBRARY_PATH", str(edgetpu_library.parent))
    return control


@pytest.fixture
def patient_edgetpu(edgetpu: Control, monkeypatch: pytest.MonkeyPatch) -> Control:
    """The same; this process waits for each answer as long as it ever does, as a busy machine may take long."""
    monkeypatch.setattr("edge.runtime.edgetpu.deadline._SHORTEST_S", LONGEST_S)
    return edgetpu

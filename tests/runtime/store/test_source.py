"""What cannot be read is the fault of where it lies, and what cannot be written that of the store."""

from __future__ import annotations

import os
import pwd
import re
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.store.download import Downloader
from edge.runtime.store.pull import Pulled, Puller
from edge.runtime.store.recognise import Imported, import_files
from edge.runtime.store.source import copy_file, walk
from tests.runtime.store import samples
from tests.runtime.store.samples import HASTE, model, model_bytes, names, pinned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CONTENT = model_bytes()
NAME = "toy.tflite"
TOY = model(pinned("https://example.com/toy.tflite", CONTENT))


@contextmanager
def rights_of_a_person() -> Iterator[None]:
    """Root reads and writes everything: the block runs as ``nobody`` where root runs the tests."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of that person, in one that everybody may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        own = Path(folder) / "own"
        own.mkdir()
        if os.geteuid() == 0:
            os.chown(own, pwd.getpwnam("nobody").pw_uid, -1)
        yield own
        for path in (own, *own.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)


@pytest.fixture
def mirror(place: Path) -> Path:
    folder = place / "usb"
    with rights_of_a_person():
        (folder / "models").mkdir(parents=True)
        (folder / "models" / NAME).write_bytes(CONTENT)
    return folder


def pull(place: Path, mirror: Path) -> Pulled:
    with rights_of_a_person():
        return Puller(samples.store(place / "store", TOY), Downloader(HASTE), str(mirror)).pull(
            TOY, TOY.files[0], lambda _here, _total: None
        )


def bring_in(place: Path, *paths: Path) -> list[Imported]:
    with rights_of_a_person():
        return list(import_files(samples.store(place / "store", TOY), paths))


def deny(path: Path) -> None:
    path.chmod(0o000)


def become_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def become_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link_to(target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return make


BROKEN = {
    "denied": (deny, r"cannot be read \(Permission denied\)"),
    "pipe": (become_pipe, "not a file, but a pipe, socket or device"),
    "folder": (become_folder, "not a file, but a folder"),
    "device": (link_to("/dev/zero"), "not a file, but a pipe, socket or device"),
    "link to nothing": (link_to("gone"), r"cannot be read \(No such file or directory\)"),
    "link to itself": (link_to(NAME), r"cannot be read \(Too many levels of symbolic links\)"),
    "broken disk": (link_to("/proc/self/mem"), r"cannot be read \((Input/output error|Permission denied)\)"),
}


@pytest.mark.parametrize("way", BROKEN)
def test_a_file_of_a_mirror_that_cannot_be_read_is_named(place: Path, mirror: Path, way: str) -> None:
    make, said = BROKEN[way]
    make(mirror / "models" / NAME)

    with pytest.raises(ModelError, match=f"^{mirror}/models/{NAME}: {said}$"):
        pull(place, mirror)

    assert names(place / "store") == set()


@pytest.mark.parametrize("way", ["denied", "link to nothing", "link to itself"])
def test_a_file_to_import_that_cannot_be_read_is_named_and_the_others_are_done(
    place: Path, mirror: Path, way: str
) -> None:
    make, said = BROKEN[way]
    with rights_of_a_person():
        (mirror / "also.tflite").write_bytes(CONTENT)
    make(mirror / "models" / NAME)

    found = bring_in(place, mirror)

    assert [one.path.name for one in found if one.is_new] == ["also.tflite"]
    (problem,) = [one.problem for one in found if one.problem]
    assert re.fullmatch(f"{mirror}/models/{NAME}: {said}", problem)


@pytest.mark.parametrize("way", ["pipe", "device"])
def test_what_is_given_to_import_and_is_no_file_is_named(place: Path, mirror: Path, way: str) -> None:
    """A pipe would be waited for, for ever."""
    path = mirror / "models" / NAME
    BROKEN[way][0](path)

    assert [one.problem for one in bring_in(place, path)] == [f"{path}: not a file, but a pipe, socket or device"]


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("link to nothing", "no such file or folder"),
        ("link to itself", "cannot be read (Too many levels of symbolic links)"),
    ],
)
def test_what_is_given_to_import_and_leads_nowhere_stops_everything_first(
    place: Path, mirror: Path, way: str, said: str
) -> None:
    path = mirror / "models" / NAME
    BROKEN[way][0](path)

    with pytest.raises(ModelError, match=f"^{re.escape(f'{path}: {said}; nothing was imported')}$"):
        bring_in(place, path)


@pytest.mark.parametrize("mode", [0o000, 0o444, 0o111])
def test_a_folder_of_a_mirror_that_is_closed_is_named_where_nothing_is_found(
    place: Path, mirror: Path, mode: int
) -> None:
    (mirror / "models").chmod(mode)

    with pytest.raises(ModelError, match=rf"{mirror}/models(/{NAME})?: cannot be read \(Permission denied\)$"):
        pull(place, mirror)


def test_a_closed_folder_beside_the_model_does_no_harm(place: Path, mirror: Path) -> None:
    """As lost+found on every disk."""
    (mirror / "lost+found").mkdir(mode=0o000)

    assert pull(place, mirror).is_new


@pytest.mark.parametrize("way", ["mirror", "import"])
def test_a_place_behind_a_closed_folder_is_named(place: Path, mirror: Path, way: str) -> None:
    mirror.chmod(0o000)
    models = mirror / "models"

    with pytest.raises(ModelError, match=rf"^{models}: cannot be read \(Permission denied\)"):
        pull(place, models) if way == "mirror" else bring_in(place, models)


def test_a_closed_folder_to_import_is_named_and_the_others_are_done(place: Path, mirror: Path) -> None:
    (mirror / "private").mkdir(mode=0o000)

    found = bring_in(place, mirror)

    assert [one.path.name for one in found if one.is_new] == [NAME]
    assert [one.problem for one in found if one.problem] == [f"{mirror}/private: cannot be read (Permission denied)"]


def test_pipes_in_a_folder_to_import_are_left_out(place: Path, mirror: Path) -> None:
    os.mkfifo(mirror / "pipe.tflite")

    assert [one.path.name for one in bring_in(place, mirror)] == [NAME]


@pytest.mark.parametrize("way", ["mirror", "import"])
def test_a_full_disk_is_the_store_s(place: Path, mirror: Path, way: str) -> None:
    with rights_of_a_person():
        workshop = place / "store" / ".incoming"
        workshop.mkdir(parents=True)
        (workshop / NAME).symlink_to("/dev/full")

    with pytest.raises(ModelError, match=rf"^{place}/store: the model store cannot be written \(No space left on"):
        pull(place, mirror) if way == "mirror" else bring_in(place, mirror)


def test_a_store_that_may_not_be_written_is_the_store_s(place: Path, mirror: Path) -> None:
    with rights_of_a_person():
        (place / "store" / ".incoming").mkdir(parents=True)
    (place / "store" / ".incoming").chmod(0o555)

    with pytest.raises(ModelError, match=rf"^{place}/store: the model store cannot be written \(Permission denied"):
        pull(place, mirror)


def test_a_model_of_the_store_that_cannot_be_read_is_broken_and_not_a_mystery(place: Path, mirror: Path) -> None:
    labelled = model(TOY.files[0], labels="kinetics600.txt")
    store = samples.store(place / "store", labelled)
    with rights_of_a_person():
        Puller(store, Downloader(HASTE), str(mirror)).pull(labelled, labelled.files[0], lambda _here, _total: None)
    (place / "store" / "toy.txt").chmod(0o000)

    with rights_of_a_person():
        assert store.problem(labelled, labelled.files[0]) == "cannot be read (Permission denied)"


def test_an_unknown_home_is_no_such_folder(place: Path) -> None:
    with pytest.raises(ModelError, match="~nobody-of-this-name/models: no such folder; --mirror takes a folder"):
        pull(place, Path("~nobody-of-this-name/models"))


def test_a_file_is_not_copied_onto_itself(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CONTENT)
    (tmp_path / "b").symlink_to("a")

    with pytest.raises(ModelError, match="b: an unfinished file of the model store itself"):
        copy_file(tmp_path / "b", tmp_path / "a")

    assert (tmp_path / "a").read_bytes() == CONTENT


def test_a_walk_is_in_order_and_follows_no_link_to_a_folder(tmp_path: Path) -> None:
    for name in ("b", "a", "c/d"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "c" / "round").symlink_to(tmp_path)

    unread: list[ModelError] = []
    found = [(str(path.relative_to(tmp_path)), is_folder) for path, is_folder in walk(tmp_path, unread.append)]

    assert unread == []
    assert found == [("a", True), ("b", True), ("c", True), ("c/d", True), ("c/round", True)]

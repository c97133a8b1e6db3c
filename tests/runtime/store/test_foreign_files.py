"""What cannot be read is the fault of where it lies, and what cannot be written that of the store."""

from __future__ import annotations

import os
import pwd
import random
import re
import shutil
import socket
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

import pytest

from edge.base.safe_file import opened
from edge.errors import EdgeError, ModelError
from edge.runtime.store.download import Downloader
from edge.runtime.store.foreign_files import walk
from edge.runtime.store.pull import Pulled, Puller
from edge.runtime.store.recognise import Imported, import_files
from edge.runtime.store.verification import looks_like_model
from tests.runtime.store import samples
from tests.runtime.store.samples import HASTE, files_of_at_most, model, model_bytes, names, pinned
from tests.runtime.store.turning import turning
from tests.support import open_to_others

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

CONTENT = model_bytes()
NAME = "toy.tflite"
RACES = 200
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


def become_socket(path: Path) -> None:
    path.unlink()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def link_to(target: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        path.unlink()
        path.symlink_to(target)

    return make


LINK = r"cannot be read \(a link, which is not followed; give the file it leads to\)"
BROKEN = {
    "denied": (deny, r"cannot be read \(Permission denied\)"),
    "pipe": (become_pipe, r"cannot be read \(not a file, but a pipe, socket or device\)"),
    "socket": (become_socket, r"cannot be read \(No such device or address\)"),
    "device": (link_to("/dev/zero"), LINK),
    "link to a model": (link_to("../also.tflite"), LINK),
    "link to nothing": (link_to("gone"), LINK),
    "link to itself": (link_to(NAME), LINK),
}


@pytest.mark.parametrize("way", BROKEN)
def test_a_file_of_a_mirror_that_cannot_be_read_is_named(place: Path, mirror: Path, way: str) -> None:
    make, said = BROKEN[way]
    make(mirror / "models" / NAME)

    with pytest.raises(ModelError, match=f"^{mirror}/models/{NAME}: {said}$"):
        pull(place, mirror)

    assert names(place / "store") == set()


@pytest.mark.parametrize("way", ["denied", "link to a model", "link to nothing", "link to itself"])
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

    assert [one.problem for one in bring_in(place, path)] == [
        f"{path}: cannot be read (not a file, but a pipe, socket or device)"
    ]


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
    with files_of_at_most(1000), pytest.raises(ModelError, match=rf"^{place}/store: the model store cannot be written"):
        pull(place, mirror) if way == "mirror" else bring_in(place, mirror)

    assert names(place / "store") == set()


def test_a_store_that_may_not_be_written_is_the_store_s(place: Path, mirror: Path) -> None:
    with rights_of_a_person():
        (place / "store" / ".incoming").mkdir(parents=True)
    (place / "store" / ".incoming").chmod(0o555)

    with pytest.raises(ModelError, match=rf"^{place}/store: the model store cannot be written \(Permission denied"):
        pull(place, mirror)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can have a folder of another user")
def test_whose_store_it_is_not_is_told_of_sudo(place: Path, mirror: Path) -> None:
    (place / "store" / ".incoming").mkdir(parents=True)

    with (
        rights_of_a_person(),
        pytest.raises(ModelError, match=r"written \(Permission denied\); run the command with sudo$"),
    ):
        pull(place, mirror)


@open_to_others
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


def test_a_walk_is_in_order_and_follows_no_link(tmp_path: Path) -> None:
    for name in ("b", "a", "c/d"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("b/1", "c/d/2", "a/3"):
        (tmp_path / name).touch()
    (tmp_path / "c" / "round").symlink_to(tmp_path)

    unread: list[ModelError] = []
    with opened(tmp_path) as folder:
        found = [str(place.path.relative_to(tmp_path)) for place in walk(folder, unread.append)]

    assert unread == []
    assert found == ["a/3", "b/1", "c/d/2", "c/round"]


def test_folders_in_folders_have_an_end(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["deeper"] * 60)
    deep.mkdir(parents=True)

    unread: list[ModelError] = []
    with opened(tmp_path) as folder:
        assert list(walk(folder, unread.append)) == []

    assert [str(error) for error in unread] == [
        f"{tmp_path.joinpath(*['deeper'] * 51)}: lies more than 50 folders deep and is not looked into"
    ]


class Planted(NamedTuple):
    """What somebody else has put into the folder that is brought in, and a file that is none of that one's business."""

    name: Path
    model: Path
    secret: Path
    secret_content: bytes


@pytest.fixture
def planted(tmp_path: Path) -> Planted:
    """The secret begins as a model does, so that its bytes are looked at as those of one."""
    stick, private = tmp_path / "stick", tmp_path / "private"
    stick.mkdir()
    private.mkdir(mode=0o700)
    content = model_bytes(7)
    (private / "secret").write_bytes(content)
    (private / "model").write_bytes(model_bytes())
    return Planted(stick / NAME, private / "model", private / "secret", content)


def bytes_below(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


@pytest.mark.no_cover
@pytest.mark.parametrize("leads", ["the file", "its folder"])
@pytest.mark.parametrize("way", ["mirror", "import"])
def test_a_file_that_is_exchanged_for_a_link_at_any_moment_is_never_read(
    way: str, leads: str, tmp_path: Path, planted: Planted
) -> None:
    """Of a model without a hash, whose every beginning passes; both files are the same name for another thing."""
    free = model(samples.unpinned("https://example.com/toy.tflite"))
    rounds = 0
    with flipping(planted, leads) as turns:
        while rounds < RACES or len(turns) < RACES / 10:
            rounds += 1
            folder = tmp_path / "stores" / str(rounds)
            store = samples.store(folder, free)
            with suppress(EdgeError):
                if way == "mirror":
                    Puller(store, Downloader(HASTE), str(planted.name.parent)).pull(
                        free, free.files[0], lambda _here, _total: None
                    )
                else:
                    list(import_files(store, [planted.name.parent]))
            assert planted.secret_content not in bytes_below(folder)
            shutil.rmtree(folder, ignore_errors=True)


def flipping(planted: Planted, leads: str) -> AbstractContextManager[list[int]]:
    """Another thread that makes the name a model, then a link to the secret, and so on."""
    pauses = random.Random(1)  # noqa: S311
    stick = planted.name.parent
    spare, other = stick.with_name("spare"), stick.with_name("other")
    if leads == "the file":
        os.link(planted.model, planted.name)
    else:
        (planted.secret.parent / NAME).hardlink_to(planted.secret)
        (stick / "models").mkdir()
        os.link(planted.model, stick / "models" / NAME)

    def turn_file(number: int) -> None:
        spare.unlink(missing_ok=True)
        if number % 2:
            spare.hardlink_to(planted.model)
        else:
            spare.symlink_to(planted.secret)
        spare.replace(planted.name)

    def turn_folder(number: int) -> None:
        if number % 2:
            (stick / "models").unlink()
            other.rename(stick / "models")
        else:
            (stick / "models").rename(other)
            (stick / "models").symlink_to(planted.secret.parent)

    def turn(number: int) -> None:
        time.sleep(pauses.random() / 1000)
        turn_file(number) if leads == "the file" else turn_folder(number)

    return turning(turn)


def test_what_is_not_proven_is_ours_alone(tmp_path: Path, planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    store = samples.store(tmp_path / "store", model(samples.unpinned("https://example.com/toy.tflite")))
    shutil.copy(planted.model, planted.name)

    def look(content: BinaryIO) -> bool:
        modes.extend(path.stat().st_mode & 0o777 for path in (store.folder / ".incoming").iterdir())
        return looks_like_model(content)

    monkeypatch.setattr("edge.runtime.store.verification.looks_like_model", look)
    (found,) = import_files(store, [planted.name])

    assert found.is_new
    assert modes == [0o600]
    assert (store.folder / NAME).stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", [NAME, f"{NAME}.json", f"{NAME}.part", f"{NAME}.part.json"])
def test_a_name_that_waits_in_the_staging_folder_is_not_trusted(tmp_path: Path, planted: Planted, name: str) -> None:
    (tmp_path / "store" / ".incoming").mkdir(parents=True)
    (tmp_path / "store" / ".incoming" / name).symlink_to(planted.secret)
    shutil.copy(planted.model, planted.name)

    (found,) = import_files(samples.store(tmp_path / "store", TOY), [planted.name])

    assert found.is_new
    assert planted.secret.read_bytes() == planted.secret_content

"""Root verifies a store that is somebody else's: what that one plants there is not read with root's rights."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest

from edge.runtime.store.incoming import LIMIT_BYTES
from edge.runtime.store.store import Provenance
from tests.runtime.store import samples
from tests.runtime.store.samples import model, model_bytes, unpinned
from tests.runtime.store.turning import turning

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from edge.runtime.store.store import Store

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root reads what others may not")

ROUNDS, TURNS = 200, 20
OWN, SECRET = model_bytes(), model_bytes(7)
TOY = model(unpinned("https://example.com/toy.tflite"), labels="kinetics600.txt")
REFUSED = "leads over a link in a folder that others may write, and is not followed"


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """What only root may read."""
    path = tmp_path / "private" / "toy.tflite"
    path.parent.mkdir(mode=0o700)
    path.write_bytes(SECRET)
    return path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store of nobody's, with a model that is sound."""
    made = samples.store(tmp_path / "state" / "models", TOY)
    made.folder.mkdir(parents=True)
    (made.folder / "toy.tflite").write_bytes(OWN)
    record = Provenance(hashlib.sha256(OWN).hexdigest(), len(OWN), "a test")
    (made.folder / "toy.tflite.json").write_text(json.dumps(asdict(record)))
    (made.folder / "toy.txt").write_bytes(TOY.label_file() or b"")
    for path in (made.folder.parent, made.folder, *made.folder.iterdir()):
        give_away(path)
    return made


def give_away(path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)


def link(path: Path, target: Path) -> None:
    path.unlink()
    path.symlink_to(target)
    give_away(path)


def test_what_its_owner_has_put_there_is_compared(store: Store) -> None:
    assert store.problem(TOY, TOY.files[0]) == ""


def test_a_link_in_the_place_of_a_model_is_not_followed(store: Store, secret: Path) -> None:
    link(store.folder / "toy.tflite", secret)
    assert REFUSED in store.problem(TOY, TOY.files[0])


def test_a_link_in_the_place_of_the_store_is_not_followed(store: Store, secret: Path) -> None:
    shutil.copy(store.folder / "toy.tflite.json", secret.with_name("toy.tflite.json"))
    shutil.rmtree(store.folder)
    store.folder.symlink_to(secret.parent)
    give_away(store.folder)
    assert store.problem(TOY, TOY.files[0]) == "nothing is recorded to compare it with"


def test_a_link_in_the_place_of_a_record_is_none(store: Store, secret: Path) -> None:
    secret.write_text((store.folder / "toy.tflite.json").read_text())
    link(store.folder / "toy.tflite.json", secret)
    assert store.provenance(TOY, TOY.files[0]) is None


def test_a_link_in_the_place_of_labels_is_not_followed(store: Store, secret: Path) -> None:
    secret.write_bytes(TOY.label_file() or b"")
    link(store.folder / "toy.txt", secret)
    assert REFUSED in store.problem(TOY, TOY.files[0])


def become_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def become_huge(path: Path) -> None:
    os.truncate(path, 1 << 40)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (become_pipe, "not a file, but a pipe, socket or device"),
        (become_huge, f"has more than {LIMIT_BYTES:,} bytes, too many for a model"),
    ],
)
def test_what_has_no_end_is_not_read_to_it(store: Store, make: Callable[[Path], None], said: str) -> None:
    make(store.folder / "toy.tflite")
    assert said in store.problem(TOY, TOY.files[0])


def test_who_owns_a_folder_and_what_leads_there_may_lay_links(tmp_path: Path, store: Store) -> None:
    """A person who keeps models elsewhere."""
    own = samples.store(tmp_path / "own", TOY)
    own.folder.mkdir()
    for path in store.folder.iterdir():
        (own.folder / path.name).symlink_to(path)
    assert own.problem(TOY, TOY.files[0]) == ""


def test_a_model_that_is_exchanged_for_a_link_at_any_moment_is_never_read(store: Store, secret: Path) -> None:
    """Its hash would tell root's terminal, and whoever root shows that to, what only root may read."""
    told = hashlib.sha256(SECRET).hexdigest()
    said: list[str] = []
    with flipping(store.folder / "toy.tflite", secret) as turns:
        while len(said) < ROUNDS or len(turns) < TURNS:
            said.append(store.problem(TOY, TOY.files[0]))
    assert not [sentence for sentence in said if told in sentence]


def flipping(path: Path, target: Path) -> AbstractContextManager[list[int]]:
    """Another thread that makes the name a link, then a file, and so on."""
    spare = path.with_name("spare")

    def turn(number: int) -> None:
        spare.unlink(missing_ok=True)
        if number % 2:
            spare.write_bytes(OWN)
        else:
            spare.symlink_to(target)
        give_away(spare)
        spare.replace(path)

    return turning(turn)

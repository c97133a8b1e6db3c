"""What is in the store, and what it says of what is not."""

from __future__ import annotations

import hashlib
import multiprocessing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from edge.base.folders import service_state
from edge.errors import ModelError
from edge.runtime.store import store
from edge.runtime.store.incoming import new_file
from edge.runtime.store.store import Provenance, Store, change_command
from tests.runtime.store import samples
from tests.runtime.store.samples import model, model_bytes, names, pinned, unpinned

if TYPE_CHECKING:
    from edge.runtime.catalog import CatalogModel

CONTENT = model_bytes()
CPU = pinned("https://example.com/toy.tflite", CONTENT)
TOY = model(CPU, replace(CPU, variant="edgetpu"))


def installed(folder: Path, one: CatalogModel = TOY, content: bytes = CONTENT) -> Store:
    store = samples.store(folder, one)
    with store.changing() as staging:
        fetched = staging / "fetched"
        record = Provenance(hashlib.sha256(content).hexdigest(), len(content), "a test")
        with new_file(fetched) as out:
            out.write(content)
            store.install(one, one.files[0], (fetched, out), record)
    return store


@pytest.mark.parametrize(("environ", "words"), [({"STATE_DIRECTORY": "/x"}, "sudo edge models"), ({}, "edge models")])
def test_the_service_s_store_is_changed_as_root(
    environ: dict[str, str], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "service_state", lambda: service_state(environ, Path("/nonexistent")))
    assert change_command("pull toy") == f"{words} pull toy"


def test_a_model_is_found_by_name(tmp_path: Path) -> None:
    store = installed(tmp_path / "models")

    assert store.path_of("toy").read_bytes() == CONTENT
    assert store.path_of("toy").stem == "toy"
    assert names(store.folder) == {"toy.tflite", "toy.tflite.json"}
    assert list((store.folder / ".incoming").iterdir()) == []


def test_a_model_that_is_not_there_names_the_command(tmp_path: Path) -> None:
    store = samples.store(tmp_path / "models", TOY)

    with pytest.raises(
        ModelError, match=f"^not in the model store {tmp_path}/models; get it with: edge models pull toy$"
    ):
        store.path_of("toy")
    with pytest.raises(ModelError, match=r"edge models pull toy --edgetpu$"):
        store.path_of("toy", "edgetpu")
    assert not (tmp_path / "models").exists()


def test_a_variant_that_is_not_published_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="toy has no variant for the EdgeTPU"):
        samples.store(tmp_path, model(CPU)).path_of("toy", "edgetpu")


def test_variants_lie_side_by_side(tmp_path: Path) -> None:
    store = samples.store(tmp_path, TOY)

    assert [store.path(TOY, file).name for file in TOY.files] == ["toy.tflite", "toy_edgetpu.tflite"]


def test_labels_the_model_lacks_come_with_it(tmp_path: Path) -> None:
    store = installed(tmp_path, model(CPU, labels="kinetics600.txt"))

    assert len((tmp_path / "toy.txt").read_text().splitlines()) == 600
    assert store.problem(store.catalog.model("toy"), CPU) == ""


def test_what_was_found_is_recorded(tmp_path: Path) -> None:
    store = installed(tmp_path)

    assert store.provenance(TOY, CPU) == Provenance(CPU.sha256, len(CONTENT), "a test")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"sha256": 1}', "{"])
def test_a_damaged_record_is_none(tmp_path: Path, text: str) -> None:
    store = installed(tmp_path)
    (tmp_path / "toy.tflite.json").write_text(text)

    assert store.provenance(TOY, CPU) is None


def test_a_sound_file_has_no_problem(tmp_path: Path) -> None:
    assert installed(tmp_path).problem(TOY, CPU) == ""


def test_changed_bytes_are_found(tmp_path: Path) -> None:
    store = installed(tmp_path)
    (tmp_path / "toy.tflite").write_bytes(CONTENT[:-1])

    assert store.problem(TOY, CPU).endswith(f"it must be {CPU.sha256}")


def test_without_a_published_hash_the_recorded_one_counts(tmp_path: Path) -> None:
    unknown = unpinned("https://example.com/toy.tflite")
    toy = model(unknown)
    store = installed(tmp_path, toy)
    assert store.problem(toy, unknown) == ""

    (tmp_path / "toy.tflite").write_bytes(model_bytes(1))
    assert "its SHA-256 is" in store.problem(toy, unknown)

    (tmp_path / "toy.tflite.json").unlink()
    assert store.problem(toy, unknown) == "nothing is recorded to compare it with"


def test_a_missing_label_file_is_found(tmp_path: Path) -> None:
    toy = model(CPU, labels="kinetics600.txt")
    store = installed(tmp_path, toy)
    (tmp_path / "toy.txt").write_text("abseiling\n")

    assert store.problem(toy, CPU) == "its label file toy.txt is missing or not the one of the catalogue"


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    store = samples.store(tmp_path, TOY)
    (tmp_path / "toy.tflite").mkdir()

    assert store.problem(TOY, CPU) == "cannot be read (not a file, but a folder)"


def _try_to_change(folder: Path) -> str:
    try:
        with samples.store(folder, TOY).changing():
            return "changed"
    except ModelError as error:
        return str(error)


def test_one_process_changes_the_store_at_a_time(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as other:
        with samples.store(tmp_path, TOY).changing():
            assert "another `edge models` is changing the store" in other.apply(_try_to_change, (tmp_path,))
        assert other.apply(_try_to_change, (tmp_path,)) == "changed"


def test_a_store_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = samples.store(tmp_path / "file" / "models", TOY)

    with pytest.raises(ModelError, match=r"the model store cannot be made \(Not a directory\)"), store.changing():
        pass


def test_a_broken_disk_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(ModelError, match=r"the model store cannot be written \(No space left on device\)"),
        samples.store(tmp_path, TOY).changing(),
    ):
        raise OSError(28, "No space left on device")

"""From a server or mirror into the store; whatever goes wrong, nothing half-done is ever seen in it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from edge.errors import ModelError
from edge.runtime.store.download import Downloader
from edge.runtime.store.pull import Pulled, Puller
from tests.runtime.store import samples
from tests.runtime.store import site as manners
from tests.runtime.store.samples import (
    HASTE,
    bundle,
    files_of_at_most,
    git_blob,
    model,
    model_bytes,
    names,
    pinned,
    tar_gz,
    unpinned,
)
from tests.runtime.store.site import Site, running_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from edge.runtime.catalog import ModelFile
    from edge.runtime.store.store import Store

CONTENT = model_bytes()
SIZE = len(CONTENT)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site({"toy.tflite": CONTENT, "download": tar_gz({"1.tflite": CONTENT})}) as site:
        yield site


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def pull(folder: Path, file: ModelFile, mirror: str = "", labels: str = "") -> Pulled:
    toy = model(file, labels=labels)
    store = samples.store(folder, toy)
    return Puller(store, Downloader(HASTE), mirror).pull(toy, file, lambda _here, _total: None)


def archived(site: Site) -> ModelFile:
    return pinned(site.url("download"), CONTENT, archive="tar.gz", member="1.tflite")


def incoming(folder: Path) -> set[str]:
    return {path.name for path in (folder / ".incoming").iterdir()}


def test_a_model_is_pulled_with_its_record_and_labels(site: Site, folder: Path) -> None:
    pulled = pull(folder, pinned(site.url("toy.tflite"), CONTENT), labels="kinetics600.txt")

    assert pulled == Pulled(folder / "toy.tflite", is_new=True)
    assert pulled.path.read_bytes() == CONTENT
    assert pulled.path.stat().st_mode & 0o777 == 0o644
    assert names(folder) == {"toy.tflite", "toy.tflite.json", "toy.txt"}
    assert incoming(folder) == set()


def test_a_model_that_is_here_is_not_fetched_again(site: Site, folder: Path) -> None:
    file = pinned(site.url("toy.tflite"), CONTENT)
    pull(folder, file)

    assert pull(folder, file) == Pulled(folder / "toy.tflite", is_new=False)
    assert len(site.seen) == 1


def test_a_model_that_is_broken_is_fetched_again(site: Site, folder: Path) -> None:
    file = pinned(site.url("toy.tflite"), CONTENT)
    pull(folder, file).path.write_bytes(b"broken")

    assert pull(folder, file).is_new
    assert (folder / "toy.tflite").read_bytes() == CONTENT


def test_a_model_in_an_archive_is_taken_out(site: Site, folder: Path) -> None:
    assert pull(folder, archived(site)).path.read_bytes() == CONTENT
    assert incoming(folder) == set()


def test_an_archive_goes_on_where_it_was_dropped(site: Site, folder: Path) -> None:
    site.manners = [manners.dropping_after(5000)]

    pull(folder, archived(site))

    assert site.ranges == [None, "bytes=5000-"]


def test_a_bundle_stays_as_it_is(site: Site, folder: Path) -> None:
    packed = site.files["toy.task"] = bundle(CONTENT)

    pulled = pull(folder, pinned(site.url("toy.task"), packed))

    assert pulled.path.name == "toy.task"
    assert pulled.path.read_bytes() == packed


def test_the_hash_of_an_unknown_file_is_recorded_at_first_download(site: Site, folder: Path) -> None:
    file = unpinned(site.url("toy.tflite"))
    toy = model(file)
    store = samples.store(folder, toy)
    Puller(store, Downloader(HASTE)).pull(toy, file, lambda _here, _total: None)

    record = store.provenance(toy, file)

    assert record is not None
    assert record.sha256 == pinned("https://example.com/x", CONTENT).sha256
    assert record.origin == site.url("toy.tflite")


def test_what_was_recorded_has_to_come_again(site: Site, folder: Path) -> None:
    file = unpinned(site.url("toy.tflite"))
    pull(folder, file).path.write_bytes(b"broken")
    site.files["toy.tflite"] = model_bytes(1)

    with pytest.raises(ModelError, match="not the right file: its SHA-256 is"):
        pull(folder, file)

    site.files["toy.tflite"] = CONTENT
    assert pull(folder, file).is_new


TROUBLE: dict[str, tuple[Callable[[Site], manners.Manner], str]] = {
    "truncates": (lambda _: manners.dropping_after(SIZE // 2), "the connection ended after 100,000 of 200,000 bytes"),
    "drops at 99 %": (lambda _: manners.dropping_after(198_000), "ended after 198,000 of 200,000 bytes"),
    "stalls": (lambda _: manners.stalling_after(1000), "nothing more came after 1,000 of 200,000 bytes"),
    "claims more": (lambda _: manners.claiming(SIZE + 1), "offers 200,001 bytes, the catalogue says 200,000"),
    "claims less": (lambda _: manners.claiming(10), "offers 10 bytes, the catalogue says 200,000"),
    "wrong bytes": (lambda _: manners.sending(model_bytes(1)), "not the right file: its SHA-256 is"),
    "error page": (lambda _: manners.sending(b"<html/>"), "offers 7 bytes, the catalogue says 200,000"),
    "redirects in a circle": (lambda site: manners.redirecting(site.url("toy.tflite")), "redirects in a circle"),
    "redirects away": (lambda _: manners.redirecting("http://example.com/x"), "over https only"),
    "404": (lambda _: manners.answering(404), "answers 404 Not Found"),
    "500": (lambda _: manners.answering(500), "answers 500 Internal Server Error; gave up after 3 attempts"),
}


@pytest.mark.parametrize("trouble", TROUBLE)
def test_no_trouble_shows_in_the_store_and_the_next_pull_mends_it(site: Site, folder: Path, trouble: str) -> None:
    manner, message = TROUBLE[trouble]
    site.manners = [manner(site)] * 12
    file = pinned(site.url("toy.tflite"), CONTENT)

    with pytest.raises(ModelError, match=message):
        pull(folder, file)

    assert names(folder) == set()
    site.manners = []
    assert pull(folder, file).path.read_bytes() == CONTENT
    assert incoming(folder) == set()


@pytest.mark.parametrize("trouble", ["truncates", "drops at 99 %", "stalls"])
def test_the_next_pull_goes_on_where_the_last_one_gave_up(site: Site, folder: Path, trouble: str) -> None:
    site.manners = [TROUBLE[trouble][0](site)] * 3
    file = pinned(site.url("toy.tflite"), CONTENT)
    with pytest.raises(ModelError, match="the same command goes on from there"):
        pull(folder, file)
    kept = (folder / ".incoming" / "toy.tflite.part").stat().st_size

    pull(folder, file)

    assert site.ranges[-1] == f"bytes={kept}-"


def test_wrong_bytes_replace_nothing_and_leave_nothing(site: Site, folder: Path) -> None:
    site.manners = [manners.sending(model_bytes(1))]

    with pytest.raises(ModelError, match="nothing was kept"):
        pull(folder, pinned(site.url("toy.tflite"), CONTENT))

    assert names(folder) == set()
    assert incoming(folder) == set()


@pytest.mark.parametrize(
    "packed", [tar_gz({"2.tflite": CONTENT}), tar_gz({"1.tflite": model_bytes(1)}), b"<html/>", CONTENT]
)
def test_an_archive_that_is_wrong_leaves_nothing(site: Site, folder: Path, packed: bytes) -> None:
    site.files["download"] = packed

    with pytest.raises(ModelError, match=f"^{site.url('download')}: .*nothing was kept"):
        pull(folder, archived(site))

    assert names(folder) == set()
    assert incoming(folder) == set()


def test_a_disk_without_room_is_named_before_a_byte_is_fetched(site: Site, folder: Path) -> None:
    huge = replace(pinned(site.url("toy.tflite"), CONTENT), size_bytes=1 << 60)

    with pytest.raises(ModelError, match="bytes are free, the model needs 1,152,921,504,606,846,976"):
        pull(folder, huge)

    assert site.seen == []


def test_a_disk_that_fills_up_is_named(site: Site, folder: Path) -> None:
    with (
        files_of_at_most(50_000),
        pytest.raises(ModelError, match=r"the model store cannot be written \(File too large\)"),
    ):
        pull(folder, pinned(site.url("toy.tflite"), CONTENT))

    assert names(folder) == set()
    assert incoming(folder) == set()


@pytest.mark.parametrize("name", ["toy.tflite", "1.tflite"])
def test_a_mirror_has_plain_files_under_our_name_or_the_publishers(site: Site, folder: Path, name: str) -> None:
    site.files = {f"mirror/{name}": CONTENT}

    pulled = pull(folder, replace(archived(site), url="https://example.com/download"), site.url("mirror/"))

    assert pulled.path.read_bytes() == CONTENT


def test_the_publishers_name_counts_only_where_the_hash_is_known(site: Site, folder: Path) -> None:
    site.files = {"mirror/1.tflite": CONTENT}
    unknown = unpinned("https://example.com/float16/1.tflite")

    with pytest.raises(ModelError, match=r"/mirror: the mirror has no toy\.tflite$"):
        pull(folder, unknown, site.url("mirror"))

    known = replace(unknown, git_blob=git_blob(CONTENT)[:8])
    assert pull(folder, known, site.url("mirror")).is_new


def test_a_mirror_over_plain_http_elsewhere_is_refused(folder: Path) -> None:
    with pytest.raises(ModelError, match="over https only"):
        pull(folder, pinned("https://example.com/toy.tflite", CONTENT), "http://192.0.2.1/models")


def test_a_folder_is_a_mirror_and_so_is_a_copy_of_another_store(site: Site, folder: Path, tmp_path: Path) -> None:
    file = unpinned(site.url("toy.tflite"))
    pull(folder, file)
    shutil.copytree(folder, tmp_path / "usb")

    pulled = pull(tmp_path / "other", file, str(tmp_path / "usb"))

    assert pulled.path.read_bytes() == CONTENT
    assert len(site.seen) == 1


def test_of_several_files_of_a_name_the_right_one_is_taken(folder: Path, tmp_path: Path) -> None:
    for seed, place in enumerate(("a", "b", "c")):
        (tmp_path / "usb" / place).mkdir(parents=True)
        (tmp_path / "usb" / place / "1.tflite").write_bytes(model_bytes(seed))

    pulled = pull(folder, pinned("https://example.com/1.tflite", model_bytes(2)), str(tmp_path / "usb"))

    assert pulled.path.read_bytes() == model_bytes(2)
    assert incoming(folder) == set()


def test_a_mirror_folder_with_the_wrong_file_or_none_is_named(folder: Path, tmp_path: Path) -> None:
    file = pinned("https://example.com/1.tflite", CONTENT)
    usb = tmp_path / "usb"
    with pytest.raises(ModelError, match=f"^{usb}: no such folder; --mirror takes"):
        pull(folder, file, str(usb))
    usb.mkdir()
    with pytest.raises(ModelError, match=f"^{usb}: the mirror has no toy.tflite and no 1.tflite$"):
        pull(folder, file, str(usb))
    (usb / "1.tflite").write_bytes(model_bytes(1))
    with pytest.raises(ModelError, match=f"^{usb}/1.tflite: not the right file"):
        pull(folder, file, str(usb))

    assert names(folder) == set()


def test_the_store_is_never_half_written_while_a_file_comes_in(site: Site, folder: Path) -> None:
    seen: list[set[str]] = []
    toy = model(pinned(site.url("toy.tflite"), CONTENT))
    store: Store = samples.store(folder, toy)

    Puller(store, Downloader(HASTE)).pull(toy, toy.files[0], lambda _here, _total: seen.append(names(folder)))

    assert len(seen) > 1
    assert set().union(*seen) == set()

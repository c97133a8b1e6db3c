"""Downloads from a server that behaves, and from one that does not."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.errors import ModelError
from edge.runtime.store import download
from edge.runtime.store.download import Downloader, NotThereError, RemoteFile, RetryPolicy
from tests.runtime.store import site as manners
from tests.runtime.store.samples import HASTE, files_of_at_most, model_bytes
from tests.runtime.store.site import Site, running_site

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = model_bytes()
SIZE = len(CONTENT)


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site({"model.tflite": CONTENT}) as site:
        yield site


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "model.part"


def fetch(site: Site, part: Path, *, size_bytes: int = SIZE, pinned: bool = True, path: str = "model.tflite") -> None:
    Downloader(HASTE).fetch(RemoteFile(site.url(path), size_bytes, pinned), part, lambda _here, _total: None)


def test_a_file_arrives_and_its_progress_is_told(site: Site, part: Path) -> None:
    told: list[tuple[int, int]] = []

    Downloader(HASTE).fetch(RemoteFile(site.url("model.tflite")), part, lambda here, total: told.append((here, total)))

    assert part.read_bytes() == CONTENT
    assert told[0] == (0, SIZE)
    assert told[-1] == (SIZE, SIZE)
    assert [here for here, _ in told] == sorted(here for here, _ in told)


@pytest.mark.parametrize("count", [1, SIZE // 2, SIZE * 99 // 100])
def test_a_dropped_download_goes_on_where_it_ended(site: Site, part: Path, count: int) -> None:
    site.manners = [manners.dropping_after(count)]

    fetch(site, part)

    assert part.read_bytes() == CONTENT
    assert site.ranges == [None, f"bytes={count}-"]
    assert site.seen[1].if_range == '"v1"'


def test_a_stalled_download_goes_on_where_it_stalled(site: Site, part: Path) -> None:
    site.manners = [manners.stalling_after(1000)]

    fetch(site, part)

    assert part.read_bytes() == CONTENT
    assert site.ranges == [None, "bytes=1000-"]


def test_a_server_that_ignores_ranges_gets_a_fresh_start(site: Site, part: Path) -> None:
    site.manners = [manners.dropping_after(1000), manners.ignoring_ranges]

    fetch(site, part)

    assert part.read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_fetched_whole(site: Site, part: Path) -> None:
    site.manners = [manners.dropping_after(1000)] * 3
    with pytest.raises(ModelError):
        fetch(site, part)
    site.files["model.tflite"], site.etag = model_bytes(1), '"v2"'

    fetch(site, part)

    assert site.seen[-1].range == "bytes=1000-"
    assert part.read_bytes() == model_bytes(1)


def test_without_a_validator_only_a_known_hash_lets_a_part_go_on(site: Site, part: Path) -> None:
    site.etag = None
    site.manners = [manners.dropping_after(1000)]
    fetch(site, part, pinned=True)
    assert site.ranges == [None, "bytes=1000-"]

    part.unlink()
    site.manners = [manners.dropping_after(1000)]
    fetch(site, part, pinned=False)
    assert site.ranges[2:] == [None, None]


def test_a_weak_tag_validates_nothing(site: Site, part: Path) -> None:
    site.etag = 'W/"v1"'
    site.manners = [manners.dropping_after(1000)]

    fetch(site, part)

    assert site.seen[1] == manners.Seen("model.tflite", "bytes=1000-", None)


def test_the_part_of_another_address_is_not_gone_on_with(site: Site, part: Path) -> None:
    site.files["other.tflite"] = CONTENT
    site.manners = [manners.dropping_after(1000)] * 3
    with pytest.raises(ModelError):
        fetch(site, part, path="other.tflite")

    fetch(site, part)

    assert site.seen[-1].range is None


def test_a_part_longer_than_the_file_begins_anew(site: Site, part: Path) -> None:
    site.manners = [manners.dropping_after(1000)] * 3
    with pytest.raises(ModelError):
        fetch(site, part)
    with part.open("ab") as end:
        end.write(CONTENT)

    fetch(site, part)

    assert part.read_bytes() == CONTENT
    assert site.ranges[-1] is None


def test_a_wrong_part_is_thrown_away(site: Site, part: Path) -> None:
    site.manners = [manners.dropping_after(1000), manners.wrong_part]

    fetch(site, part)

    assert part.read_bytes() == CONTENT
    assert site.ranges == [None, "bytes=1000-", None]


def test_a_damaged_note_means_a_fresh_start(site: Site, part: Path) -> None:
    part.write_bytes(CONTENT[:10])
    part.with_name("model.part.json").write_text("[1, 2")

    fetch(site, part)

    assert site.ranges == [None]


def test_a_file_without_a_length_arrives(site: Site, part: Path) -> None:
    site.manners = [manners.without_length]

    fetch(site, part)

    assert part.read_bytes() == CONTENT


def test_a_file_in_chunks_arrives(site: Site, part: Path) -> None:
    site.manners = [manners.in_chunks]

    fetch(site, part)

    assert part.read_bytes() == CONTENT


def test_half_a_chunk_is_gone_on_from(site: Site, part: Path) -> None:
    site.manners = [manners.half_a_chunk]

    fetch(site, part)

    assert part.read_bytes() == CONTENT
    assert site.ranges[1] is not None


def test_a_server_may_send_less_of_the_rest(site: Site, part: Path) -> None:
    site.manners = [manners.dropping_after(1000), manners.short_part]

    fetch(site, part)

    assert part.read_bytes() == CONTENT
    assert site.ranges == [None, "bytes=1000-", "bytes=2000-"]


def test_a_part_nobody_asked_for_is_no_file(site: Site, part: Path) -> None:
    site.manners = [manners.wrong_part]

    fetch(site, part, size_bytes=0, pinned=False)

    assert part.read_bytes() == CONTENT


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, SIZE - 1), max_size=HASTE.attempts - 1))
def test_wherever_it_is_cut_the_file_is_the_same(cuts: list[int]) -> None:
    with running_site({"model.tflite": CONTENT}) as site, TemporaryDirectory() as folder:
        site.manners = [manners.dropping_rest_after(cut) for cut in cuts]

        fetch(site, Path(folder) / "model.part")

        assert (Path(folder) / "model.part").read_bytes() == CONTENT


def test_giving_up_says_what_is_kept_and_the_next_call_goes_on(site: Site, part: Path) -> None:
    site.manners = [manners.dropping_after(1000), manners.stalling_after(0), manners.stalling_after(0)]
    site.etag = None

    with pytest.raises(ModelError, match=r"0 of 200,000 bytes \(timed out\); gave up after 3 attempts, try later"):
        fetch(site, part)

    site.manners = [manners.dropping_after(1000)] * 3
    with pytest.raises(ModelError, match=r"ended after 1,000 of 200,000 bytes.*1,000 bytes are kept, the same"):
        fetch(site, part)
    fetch(site, part)
    assert site.ranges[-1] == "bytes=1000-"


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_is_asked_again(site: Site, part: Path, status: int) -> None:
    site.manners = [manners.answering(status)]

    fetch(site, part)

    assert part.read_bytes() == CONTENT


def test_a_server_that_stays_in_trouble_is_named(site: Site, part: Path) -> None:
    site.manners = [manners.answering(500)] * 3

    with pytest.raises(ModelError, match=r"tflite: the server answers 500 Internal Server Error; gave up after 3"):
        fetch(site, part)

    assert not part.exists()


def test_a_missing_file_is_not_asked_for_twice(site: Site, part: Path) -> None:
    with pytest.raises(NotThereError, match=r"gone.tflite: the server answers 404 Not Found"):
        fetch(site, part, path="gone.tflite")

    assert len(site.seen) == 1


def test_a_refusal_is_named(site: Site, part: Path) -> None:
    site.manners = [manners.answering(403)]

    with pytest.raises(ModelError, match="the server answers 403 Forbidden; choose another source with --mirror"):
        fetch(site, part)


@pytest.mark.parametrize("claimed", [SIZE - 1, SIZE + 1, 10])
def test_another_length_than_the_catalogue_says_is_refused_at_once(site: Site, part: Path, claimed: int) -> None:
    site.manners = [manners.claiming(claimed)]

    with pytest.raises(ModelError, match=f"the server offers {claimed:,} bytes, the catalogue says 200,000"):
        fetch(site, part)

    assert not part.exists()
    assert len(site.seen) == 1


def test_a_length_that_is_never_reached_ends_in_a_message(site: Site, part: Path) -> None:
    site.manners = [manners.claiming(SIZE + 5)] * 3

    with pytest.raises(ModelError, match="ended after 200,000 of 200,005 bytes"):
        fetch(site, part, size_bytes=0, pinned=False)


def test_more_bytes_than_the_catalogue_says_are_not_kept(site: Site, part: Path) -> None:
    site.manners = [manners.without_length]

    with pytest.raises(ModelError, match="sends more than 1,000 bytes; nothing was kept"):
        fetch(site, part, size_bytes=1000)

    assert not part.exists()


def test_an_absurd_length_is_refused(site: Site, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "LIMIT_BYTES", 1000)

    with pytest.raises(ModelError, match="200,000 bytes are too many for a model"):
        fetch(site, part, size_bytes=0)


def test_redirects_are_followed(site: Site, part: Path) -> None:
    site.manners = [manners.redirecting(site.url("model.tflite"))]

    fetch(site, part, path="moved")

    assert part.read_bytes() == CONTENT
    assert [seen.path for seen in site.seen] == ["moved", "model.tflite"]


def test_a_redirected_download_goes_on_too(site: Site, part: Path) -> None:
    there = manners.redirecting(site.url("model.tflite"))
    site.manners = [there, manners.dropping_after(1000), there]

    fetch(site, part, path="moved")

    assert part.read_bytes() == CONTENT
    assert site.ranges[-1] == "bytes=1000-"


def test_a_circle_of_redirects_ends(site: Site, part: Path) -> None:
    site.manners = [manners.redirecting(site.url("moved"))] * 20

    with pytest.raises(ModelError, match="moved: redirects in a circle"):
        fetch(site, part, path="moved")

    assert len(site.seen) < 8


@pytest.mark.parametrize("target", ["http://example.com/model.tflite", "ftp://127.0.0.1/model", "file:///etc/passwd"])
def test_a_redirect_to_where_models_may_not_come_from_is_refused(site: Site, part: Path, target: str) -> None:
    site.manners = [manners.redirecting(target)]

    with pytest.raises(ModelError):
        fetch(site, part, path="moved")

    assert len(site.seen) == 1


def test_a_closed_port_is_named(part: Path) -> None:
    with running_site({}) as gone:
        pass

    with pytest.raises(ModelError, match=r"no connection \(Connection refused\); gave up after 3 attempts, try later"):
        fetch(gone, part)


def test_each_attempt_that_failed_is_told(site: Site, part: Path) -> None:
    told: list[str] = []
    site.manners = [manners.dropping_after(1000), manners.answering(503)]

    Downloader(HASTE, told.append).fetch(RemoteFile(site.url("model.tflite")), part, lambda _here, _total: None)

    first, second = told
    assert first.startswith(f"the connection ended after 1,000 of {SIZE:,} bytes; attempt 2 of 3 in ")
    assert "503" in second
    assert "; attempt 3 of 3 in " in second


def test_nothing_is_told_where_all_goes_well(site: Site, part: Path) -> None:
    told: list[str] = []

    Downloader(HASTE, told.append).fetch(RemoteFile(site.url("model.tflite")), part, lambda _here, _total: None)

    assert told == []


def test_a_server_that_speaks_something_else_is_named(site: Site, part: Path) -> None:
    site.manners = [manners.not_http] * 3

    with pytest.raises(ModelError, match=r"no answer \(220 smtp ready"):
        fetch(site, part)


def test_a_server_nobody_vouches_for_is_refused_at_once(tmp_path: Path, part: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("making a certificate needs openssl")
    with running_site({"model.tflite": CONTENT}, certificate=self_signed(tmp_path)) as site:
        with pytest.raises(ModelError, match=r"cannot prove who it is \(self.signed certificate\); check the date"):
            fetch(site, part)
        assert site.seen == []


def self_signed(folder: Path) -> Path:
    """A certificate with its key, for this machine, signed by nobody."""
    path = folder / "server.pem"
    request = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*request.split(), "-keyout", path, "-out", folder / "certificate.pem"], check=True, capture_output=True
    )
    path.write_text(path.read_text() + (folder / "certificate.pem").read_text())
    return path


def test_a_full_disk_raises_and_frees_what_was_taken(site: Site, part: Path) -> None:
    with files_of_at_most(50_000), pytest.raises(OSError, match="File too large"):
        fetch(site, part)

    assert not part.exists()


def test_patience_grows_between_attempts(site: Site, part: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    site.manners = [manners.answering(500)] * 4

    with pytest.raises(ModelError):
        Downloader(RetryPolicy(0.3, attempts=4, pause_s=1)).fetch(
            RemoteFile(site.url("x")), part, lambda _here, _total: None
        )

    assert pauses == [1, 2, 4]


@pytest.mark.parametrize(
    "target",
    [
        "https://[::1/model",
        f"https://{'a' * 70}.example.com/model",
        "https://ex\u00e4mple.example/m\u00f6del",
        "http://127.0.0.1:port/model",
    ],
)
def test_a_redirect_to_no_address_is_a_sentence(site: Site, part: Path, target: str) -> None:
    site.manners = [manners.redirecting(target)]

    with pytest.raises(ModelError, match=r"not an address|no address to fetch from|no answer|no connection"):
        fetch(site, part)

    assert not part.exists()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/m\u00f6del", "http://127.0.0.1:port/a", "http://127.0.0.1:1/a b"])
def test_an_address_that_cannot_be_asked_for_is_told_at_once(part: Path, url: str) -> None:
    told: list[str] = []

    with pytest.raises(ModelError, match="no address to fetch from"):
        Downloader(HASTE, tell=told.append).fetch(RemoteFile(url), part, lambda _here, _total: None)

    assert told == []


@pytest.mark.parametrize("extent", [f"bytes {'1' * 5000}-2/3", "bytes 1000-2/" + "9" * 5000, "bytes ²-3/4", "bytes"])
def test_an_extent_that_is_none_is_another_part(site: Site, part: Path, extent: str) -> None:
    def strange(visit: manners.Visit) -> None:
        visit.head(206, Content_Length=10, Content_Range=extent)
        visit.body(b"0123456789")

    site.manners = [manners.dropping_after(1000), strange]

    fetch(site, part)

    assert part.read_bytes() == CONTENT

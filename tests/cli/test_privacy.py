"""A picture with a marker goes in, and is looked for in all that comes out: with ``device.privacy`` it is nowhere.

Each way out is also tried without, where the marker has to be found, so that the looking itself is tried.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest

from edge.cli.main import main
from edge.demo.gallery import Gallery
from edge.demo.scenario import Scenario
from edge.demo.sheet import draw_sheet
from edge.demo.video_recorder import VideoRecorder
from edge.overlay.image_writer import save_image
from edge.overlay.video_writer import VideoWriter
from edge.trace.pictures import folder_of
from tests.cli.toys import action_model, colour_model, picture_file, pose_model
from tests.demo.samples import category, pose
from tests.demo.test_video_recorder import decoded
from tests.support import ROOT, make_frame, picture

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from edge.types import ImageArray

MAGENTA, GREEN = (255, 0, 255), (0, 255, 0)
_SQUARE_PX = 16
_ALIKE = 80
"""What JPEG, H.264 and shrinking change of a colour, at most; nothing that is painted comes as close to these two."""
MODELS = {"pose": pose_model, "classification": colour_model, "action": action_model}
PRIVACY = pytest.mark.parametrize("privacy", ["none", "skeleton"])


def marker(width: int = 320, height: int = 240) -> ImageArray:
    """A chessboard in two colours that nobody paints with."""
    rows, columns = np.indices((height, width)) // _SQUARE_PX
    return np.where(((rows + columns) % 2)[..., None], MAGENTA, GREEN).astype(np.uint8)


def is_marked(image: ImageArray) -> bool:
    """Whether anything of the marker is in a picture."""
    return any(bool((np.abs(image.astype(int) - colour).max(axis=2) < _ALIKE).any()) for colour in (MAGENTA, GREEN))


def clip(path: Path, frames: int = 8) -> Path:
    with VideoWriter(path) as writer:
        for number in range(frames):
            writer.write(marker(), round(number / 10 * 1e9))
    return path


def pictures(folder: Path) -> Iterator[ImageArray]:
    """All that can be seen in the files of a folder."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".mp4":
            yield from (image for _, image in decoded(path))
        elif path.suffix in {".png", ".jpg"}:
            yield picture(path)


def edge(command: str, *words: object, keys: Mapping[str, object]) -> int:
    return main([command, *map(str, words), *(f"--set={key}={value}" for key, value in keys.items())])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where a command leaves something, and nothing else is."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def judge(out: Path, privacy: str) -> None:
    """There is something to be seen, and the marker is where it may be only."""
    seen = list(pictures(out))
    assert seen
    assert all(is_marked(image) == (privacy == "none") for image in seen)
    assert privacy == "none" or any(image.max() > _ALIKE for image in seen), "what was found is there"


@PRIVACY
def test_a_snapshot(tmp_path: Path, out: Path, privacy: str) -> None:
    (tmp_path / "stills").mkdir()
    picture_file(tmp_path / "stills/1.png", marker())
    keys = {"camera.source": f"stills:{tmp_path}/stills", "pose.model": pose_model(tmp_path)}

    assert edge("snapshot", "--output", out / "aim.jpg", keys=keys | {"device.privacy": privacy}) == 0

    judge(out, privacy)


@PRIVACY
@pytest.mark.parametrize("task", MODELS)
@pytest.mark.parametrize("suffix", ["png", "jpg", "mp4"])
def test_an_annotated_picture_or_video(tmp_path: Path, out: Path, privacy: str, task: str, suffix: str) -> None:
    source = clip(tmp_path / "clip.mp4") if suffix == "mp4" else picture_file(tmp_path / "still.png", marker())
    model = MODELS[task](tmp_path)
    keys = {"device.privacy": privacy}

    assert edge("infer", task, source, "--model", model, "--output", out / f"o.{suffix}", keys=keys) == 0

    judge(out, privacy)


@PRIVACY
def test_a_trace_and_the_video_of_its_replay(tmp_path: Path, out: Path, privacy: str) -> None:
    keys = {"camera.source": f"video:{clip(tmp_path / 'clip.mp4')}", "camera.realtime": "false"}
    keys |= {f"{task}.model": str(toy(tmp_path)) for task, toy in MODELS.items()}
    trace = out / "trace.jsonl"
    assert edge("record", "--with-frames", "--output", trace, keys=keys) == 0
    (tmp_path / "edge.toml").write_text(f'[device]\nprivacy = "{privacy}"\n')
    judge(folder_of(trace), "none")
    (out / "replayed").mkdir()

    assert edge("replay", trace, "--output", out / "replayed/o.mp4", "--config", tmp_path / "edge.toml", keys={}) == 0

    judge(out / "replayed", privacy)


def test_a_trace_holds_no_picture_and_a_replay_needs_none(tmp_path: Path, out: Path) -> None:
    keys = {"device.privacy": "skeleton", "camera.source": f"video:{clip(tmp_path / 'clip.mp4')}"}
    keys |= {"camera.realtime": "false", "action.enabled": "false"}
    keys |= {f"{task}.model": str(toy(tmp_path)) for task, toy in MODELS.items()}
    trace = out / "trace.jsonl"
    assert edge("record", "--with-frames", "--output", trace, keys=keys) == 2
    assert list(out.iterdir()) == []

    assert edge("record", "--output", trace, keys=keys) == 0
    assert edge("replay", trace, "--output", out / "o.mp4", keys={"device.privacy": "skeleton"}) == 0

    judge(out, "skeleton")
    assert "thumbnail" not in trace.read_text()


@PRIVACY
def test_the_video_and_the_contact_sheet_of_the_demo(out: Path, privacy: str) -> None:
    only_skeletons = privacy == "skeleton"
    gallery = Gallery(only_skeletons=only_skeletons)
    with VideoRecorder(out / "demo.mp4", gallery, "pose", only_skeletons=only_skeletons) as recorder:
        for number in range(4):
            frame = make_frame(marker(), number=number, time_s=number / 10)
            recorder.put(category("action", "wave", frame=frame))
            recorder.put(pose(frame, x=0.6))
    save_image(out / "sheet.png", draw_sheet(gallery.choose(4, Scenario("gym")), Scenario("gym")))

    judge(out, privacy)


@pytest.mark.parametrize("colour", [MAGENTA, GREEN])
def test_a_single_square_of_the_marker_is_found(colour: tuple[int, int, int]) -> None:
    image = np.zeros((240, 320, 3), np.uint8)
    assert not is_marked(image)
    image[32:48, 64:80] = colour
    assert is_marked(image)


def test_no_other_module_writes_pictures() -> None:
    """A new way out belongs among the tests above, and then in this list."""
    writes = re.compile(r"\b(imencode|imwrite|VideoWriter|save_image)\(")
    modules = {
        str(path.relative_to(ROOT / "edge"))
        for path in (ROOT / "edge").rglob("*.py")
        if any(writes.search(line) for line in path.read_text().splitlines() if not line.startswith("def "))
    }
    assert modules == {
        "cli/annotated.py",
        "cli/snapshot.py",
        "daemon/requests/snapshot.py",
        "demo/demo.py",
        "demo/video_recorder.py",
        "overlay/image_writer.py",
        "trace/pictures.py",
    }

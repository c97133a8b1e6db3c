from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest

from edge.errors import ConfigError, EdgeError
from edge.overlay.image_writer import save_image

if TYPE_CHECKING:
    from pathlib import Path

IMAGE = np.full((40, 60, 3), (250, 120, 10), np.uint8)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "A.JPEG"])
def test_a_picture_reads_back_in_its_colours(tmp_path: Path, name: str) -> None:
    save_image(tmp_path / name, IMAGE)
    seen = cv2.imdecode(np.fromfile(tmp_path / name, np.uint8), cv2.IMREAD_COLOR)
    assert seen is not None
    assert np.abs(seen[..., ::-1].astype(int) - IMAGE).max() <= 4
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_old_picture_is_replaced_and_everybody_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_text("old")
    (tmp_path / "plain").touch()
    save_image(path, IMAGE)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"end the name in \.png or \.jpg"):
        save_image(tmp_path / "a.gif", IMAGE)
    with pytest.raises(EdgeError, match=r"gone/a\.png cannot be written: No such file"):
        save_image(tmp_path / "gone" / "a.png", IMAGE)
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(EdgeError, match="cannot be written"):
        save_image(tmp_path / "folder.png", IMAGE)
    assert [path.name for path in tmp_path.iterdir()] == ["folder.png"]

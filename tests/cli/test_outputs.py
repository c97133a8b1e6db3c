from __future__ import annotations

from pathlib import Path

import pytest

from edge.cli.inputs import Input
from edge.cli.outputs import output_paths
from edge.errors import ConfigError


def names(folder: Path, *inputs: str) -> list[str]:
    """The names of the outputs in a folder; inputs that end in .mp4 are videos."""
    places = output_paths(folder / "out", [Input(Path(name), name.endswith(".mp4")) for name in inputs])
    assert all(place is not None and place.parent == folder / "out" for place in places)
    return [place.name for place in places if place]


@pytest.mark.parametrize(
    ("inputs", "outputs"),
    [
        (["a.jpg", "b.png"], ["a.png", "b.png"]),
        (["a.jpg", "a.png"], ["a.jpg.png", "a.png.png"]),
        (["a.jpg", "a.mp4"], ["a.png", "a.mp4"]),
        (["x/a.jpg", "y/a.jpg", "z/a.jpg"], ["a.jpg.png", "a.jpg-2.png", "a.jpg-3.png"]),
        (["a.jpg", "A.JPG", "A.png"], ["a.jpg.png", "A.JPG-2.png", "A.png.png"]),
        (["a.jpg", "a.png", "a.jpg.bmp"], ["a.jpg-2.png", "a.png.png", "a.jpg.png"]),
        (["a.jpg", "a.jpg"], ["a.jpg.png", "a.jpg-2.png"]),
        (["a", "a.jpg", "x/a.jpg", "a.jpg-2.jpg"], ["a.png", "a.jpg.png", "a.jpg-3.png", "a.jpg-2.png"]),
    ],
)
def test_every_output_has_a_name_of_its_own(tmp_path: Path, inputs: list[str], outputs: list[str]) -> None:
    assert names(tmp_path, *inputs) == outputs


def test_an_input_is_never_an_output(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.touch()
    with pytest.raises(ConfigError, match="is an input; choose another folder"):
        output_paths(tmp_path, [Input(picture, is_video=False)])
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(ConfigError, match="is an input; choose another folder"):
        output_paths(link, [Input(picture, is_video=False)])


def test_several_inputs_need_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="several inputs need a folder, not one file"):
        output_paths(tmp_path / "out.png", [Input(Path(name), is_video=False) for name in ("a", "b")])

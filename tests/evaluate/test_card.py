"""Figures in a model card: in their place, and nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from edge.errors import ConfigError, InputError
from edge.evaluate.card import HEADINGS, check_card, with_figures, write_card
from edge.evaluate.measured import Measured, Report
from edge.tasks.common.evaluation.figure import Figure

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = ("edge", "evaluate", "classification", "my birds.csv")


def report(value: float = 0.75, path: str = "birds.csv", **groups: float) -> Report:
    """One model's accuracy."""

    def figures(one: float) -> tuple[Figure, ...]:
        return (Figure("top-1", one, 8, "pictures"),)

    measured = Measured("toy", "picture", figures(value), {name: figures(one) for name, one in groups.items()})
    return Report("classification", "birds.csv", path, 8, (measured,), ())


def test_a_new_card_has_all_headings_and_the_figures(tmp_path: Path) -> None:
    path = tmp_path / "toy.md"
    write_card(path, report(), COMMAND)
    card = path.read_text()
    assert [line[3:] for line in card.splitlines() if line.startswith("## ")] == list(HEADINGS)
    assert "    edge evaluate classification 'my birds.csv'\n" in card
    assert "| toy | 0.750 (8 pictures) |\n" in card
    assert card.index("## Figures") < card.index("0.750") < card.index("## Ethical considerations")


def test_the_same_measured_again_replaces_the_figures_and_nothing_else() -> None:
    card = "# My card\n\n## Figures\n\nPublished: 0.9.\n\n## Caveats and recommendations\n\nNone.\n"
    first = with_figures(card, report(), COMMAND)
    again = with_figures(first, report(0.5), COMMAND)
    assert again == first.replace("0.750", "0.500")
    assert with_figures(again, report(), COMMAND) == first
    before, _, rest = first.partition("\n<!-- edge")
    assert before + rest.partition("wrote -->\n")[2] == card
    assert before.endswith("Published: 0.9.\n")


def test_a_card_whose_figures_do_not_end_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    path = tmp_path / "toy.md"
    write_card(path, report(), COMMAND)
    card = path.read_text()
    check_card(path)
    path.write_text(card.replace("<!-- end of what edge evaluate wrote -->", ""))

    with pytest.raises(ConfigError, match=r"toy\.md: where figures .* write below them: <!-- end of what"):
        check_card(path)


def test_other_data_stands_beside_it() -> None:
    card = with_figures(with_figures("# My card\n", report(), COMMAND), report(0.25, "others.csv"), COMMAND)
    assert "0.750" in card
    assert "0.250" in card
    assert card.count("## Figures") == 1


def test_groups_stand_below_with_how_far_they_are_apart() -> None:
    card = with_figures("", report(0.75, north=0.5, south=1.0), COMMAND)
    for row in ("| north | 0.500 (8 pictures) |", "| deviation | 0.250 |", "| greatest difference | 0.500 |"):
        assert f"{row}\n" in card


@pytest.mark.parametrize(("name", "reason"), [("card.txt", "is Markdown"), ("no/card.md", "in a folder that exists")])
def test_what_cannot_be_a_card_is_refused_before_anything_is_measured(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        check_card(tmp_path / name)


def test_a_file_that_is_no_text_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "card.md"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="is no text in UTF-8"):
        write_card(path, report(), COMMAND)
    assert path.read_bytes() == b"\xff\xfe"

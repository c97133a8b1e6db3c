"""Every model that runs has a card with all that a card says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from edge.evaluate.card import HEADINGS
from edge.runtime.catalog import load_catalog
from tests.support import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.catalog import CatalogModel

MODELS = [model for model in load_catalog().models.values() if model.runs]
CARDS = sorted((ROOT / "models/cards").glob("*.md"))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
def test_a_model_that_runs_has_a_card_that_names_it(model: CatalogModel) -> None:
    assert model.card.startswith("cards/")
    assert model.name.removesuffix("-fp16").removesuffix("-fp32") in model.card_text


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.stem)
def test_a_card_has_all_headings_in_their_order(card: Path) -> None:
    text = card.read_text()
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == HEADINGS
    assert text.startswith("# Model card: ")
    assert all(section.strip() for section in re.split(r"^## .+$", text, flags=re.MULTILINE))


def test_each_card_is_of_a_model() -> None:
    assert {f"cards/{card.name}" for card in CARDS} == {model.card for model in MODELS}

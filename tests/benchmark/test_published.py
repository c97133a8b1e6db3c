"""What others have published is of models in the catalogue, and says where it stands."""

from __future__ import annotations

import tomllib

import pytest

from edge.benchmark.published import published_of
from edge.runtime.catalog import load_catalog
from tests.support import ROOT

ENTRIES = tomllib.loads((ROOT / "edge/benchmark/published.toml").read_text())["latency"]


@pytest.mark.parametrize("model", sorted({entry["model"] for entry in ENTRIES}))
def test_each_is_of_a_model_in_the_catalogue_that_has_this_variant(model: str) -> None:
    variants = {file.variant for file in load_catalog().model(model).files}
    for entry in published_of(model):
        assert entry.backend in variants
        assert entry.invoke_ms > 0
        assert entry.source.startswith("https://")


def test_they_are_found_by_the_name_of_the_model() -> None:
    figures = {(entry.model, entry.machine): entry.invoke_ms for entry in published_of("movenet-thunder")}
    assert figures[("movenet-thunder", "Raspberry Pi 4, 4 threads")] == 251
    assert figures[("movenet-thunder", "EdgeTPU, as its vendor measured it")] == 13.8


def test_of_a_model_that_nobody_has_published_there_is_nothing() -> None:
    assert published_of("starter-pose") == ()

"""What is stated of a model file, inside it and in the catalogue."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from edge.errors import ModelError
from edge.runtime.metadata import Metadata, read_metadata
from edge.runtime.store.recognise import identify
from edge.runtime.store.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from edge.runtime.catalog import CatalogModel
    from edge.runtime.normalization import Normalization


class ModelFacts:
    """What is stated of a model file. Both sources are read when they are first needed, the catalogue last.

    Every property raises ``ModelError`` where the file's metadata is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def metadata(self) -> Metadata:
        """What the file carries itself."""
        return read_metadata(self.path)

    @cached_property
    def known(self) -> CatalogModel | None:
        """The model of the catalogue that the file is, by its place in the store or by its hash."""
        return identify(open_store(), self.path)

    @property
    def normalization(self) -> Normalization | None:
        """How a float input is scaled; None where nothing states it."""
        stated = self.metadata.normalization
        if stated is None:
            return self.known.normalization if self.known else None
        if stated.problem:
            raise ModelError(
                f"{self.path}: the metadata inside the model gives {stated.problem}; "
                "export it again or, of a classifier, set classification.mean and classification.std"
            )
        return stated

    @property
    def input_px(self) -> tuple[int, int] | None:
        """Height and width for an input that leaves them open; None where nothing states them."""
        known_px = self.known.input_px if self.known and any(self.known.input_px) else None
        return self.metadata.input_px or known_px

"""The catalogue: the models Edge knows by name, with what is known of their files.

The file is ``models/catalog.toml``; what its keys mean stands at its top.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from edge.errors import ModelError
from edge.runtime.catalog_rules import MODEL_RULES, file_rules, is_name, problems_of
from edge.runtime.normalization import Normalization
from edge.runtime.package_data import package_data

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

Variant: TypeAlias = Literal["cpu", "edgetpu"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
HashOrigin: TypeAlias = Literal["verified", "stated", "none", "bundled"]

LABELS_INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file of a model: where it is published and how it is recognised.

    A ``bundled`` file comes with Edge, below ``models/``; it has no address, and nothing is known of it beforehand.
    ``size_bytes`` and ``sha256`` (0 and empty where unknown) are of the model itself, also where the URL is an archive
    that holds it as ``member``. ``git_blob`` is a git object id or its beginning.
    """

    variant: Variant
    url: str = ""
    hash: HashOrigin = "bundled"
    size_bytes: int = 0
    sha256: str = ""
    git_blob: str = ""
    archive: Literal["", "tar.gz"] = ""
    member: str = ""
    bundled: str = ""

    @property
    def published_name(self) -> str:
        """The file name the publisher gave the model."""
        return self.member or self.url.partition("?")[0].rpartition("/")[2]

    @property
    def is_pinned(self) -> bool:
        """Whether wrong bytes would be noticed."""
        return bool(self.sha256 or self.git_blob)

    def bundled_path(self) -> Path | None:
        """Where it lies if it comes with Edge; None for a file of the store."""
        return Path(str(package_data(*self.bundled.split("/")))) if self.bundled else None


@dataclass(frozen=True, slots=True)
class CatalogModel:
    """One model: what it does, what it wants and what is published of it.

    ``input_px`` is height and width, (0, 0) where free. ``labels`` is "inside", the name of a label file of the
    package, or empty. ``accuracy`` is empty where none is published for this very model. ``card`` is a file
    below ``models/`` or, of a model that this version does not run by itself, a link.
    """

    name: str
    task: str
    summary: str
    precision: str
    input_px: tuple[int, int]
    normalization: Normalization
    labels: str
    accuracy: str
    license: str
    card: str
    files: tuple[ModelFile, ...]
    runs: bool = True
    """Whether this version can run it by itself: it knows what comes out, and it is more than a part of another."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """What it consists of, by role: members of its bundle (``.tflite``), or other models of the catalogue beside it.

    The first member of a bundle is the model proper.
    """
    lighter: str = ""
    """A faster and less accurate model of the same kind that may stand in while the machine is hot; empty for none."""

    def file(self, variant: Variant) -> ModelFile | None:
        """The file for the CPU or the EdgeTPU, None where none is published."""
        return next((file for file in self.files if file.variant == variant), None)

    def stored_name(self, file: ModelFile) -> str:
        """The name the file has in a store; its stem is what results call the model."""
        suffix = ".task" if file.published_name.endswith(".task") else ".tflite"
        return f"{self.name}{'_edgetpu' if file.variant == 'edgetpu' else ''}{suffix}"

    @property
    def card_location(self) -> str:
        """Where its card is: the path of a file that comes with Edge, or a link."""
        return self.card if "://" in self.card else str(package_data(*self.card.split("/")))

    @property
    def card_text(self) -> str:
        """Its card, as Markdown; empty where it is a link."""
        return "" if "://" in self.card else package_data(*self.card.split("/")).read_text(encoding="utf-8")

    def label_file(self) -> bytes | None:
        """What has to lie beside the model as its label file; None where it needs none."""
        if self.labels in {"", LABELS_INSIDE}:
            return None
        return package_data("labels", self.labels).read_bytes()


@dataclass(frozen=True, slots=True)
class Catalog:
    """All models by name, in the order of the file."""

    models: Mapping[str, CatalogModel]

    def model(self, name: str) -> CatalogModel:
        """The model called ``name``.

        Raises:
            ModelError: there is none; the sentence says what may have been meant.
        """
        if name in self.models:
            return self.models[name]
        close = get_close_matches(name, self.models, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        raise ModelError(f"there is no model '{name}' in the catalogue; {hint}`edge models list` shows all")

    def with_parts(self, name: str) -> tuple[CatalogModel, ...]:
        """The model called ``name``, and those beside it that it needs.

        Raises:
            ModelError: there is none.
        """
        model = self.model(name)
        parts = (part for part in model.parts.values() if not part.endswith(".tflite"))
        return tuple(map(self.model, dict.fromkeys((name, *parts))))

    def files(self) -> Iterator[tuple[CatalogModel, ModelFile]]:
        """Every file with its model."""
        return ((model, file) for model in self.models.values() for file in model.files)


def load_catalog() -> Catalog:
    """The catalogue that comes with this version."""
    return parse_catalog(package_data("catalog.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)  # it is asked for with each model that is looked for, and takes longer than all else of that
def parse_catalog(text: str) -> Catalog:
    """Read a catalogue.

    Raises:
        ModelError: it is wrong; one line for each problem.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"catalog.toml: not TOML: {error}") from error
    problems = [problem for name, table in tables.items() for problem in _model_problems(name, table)]
    if problems:
        raise ModelError("\n".join(f"catalog.toml: {problem}" for problem in problems))
    return Catalog(MappingProxyType({name: _model(name, table) for name, table in tables.items()}))


def _model_problems(name: str, table: object) -> Iterator[str]:
    if not isinstance(table, dict):
        yield f"{name}: not a table"
        return
    if not is_name(name):
        yield f"{name}: a name is lower case letters and digits, in parts joined by -"
    yield from problems_of(name, table, MODEL_RULES)
    files = table.get("files")
    if isinstance(files, dict):
        yield from (f"{name}.files: {variant} is none of {', '.join(VARIANTS)}" for variant in files.keys() - VARIANTS)
        if "cpu" not in files:
            yield f"{name}.files: cpu is missing; a model works on the CPU always"
        for variant, file in files.items():
            yield from problems_of(f"{name}.files.{variant}", file, file_rules(file))


def _model(name: str, table: dict[str, Any]) -> CatalogModel:
    height, width = table["input_px"]
    mean, std = table["normalization"]
    files = (ModelFile(variant=variant, **table["files"][variant]) for variant in VARIANTS if variant in table["files"])
    plain = {key: table[key] for key in ("task", "summary", "precision", "labels", "accuracy", "license", "card")}
    return CatalogModel(
        name=name,
        input_px=(height, width),
        normalization=Normalization((mean,), (std,)),
        files=tuple(files),
        runs=table.get("runs", True),
        parts=MappingProxyType(table.get("parts", {})),
        lighter=table.get("lighter", ""),
        **plain,
    )

"""What is inside the package edge-vision: distributions of Python, and the models that come with it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from importlib.metadata import PathDistribution
from typing import TYPE_CHECKING, Any

from deploy.image.sbom.component import Component, purl
from deploy.image.sbom.licences import python_licences
from deploy.package.copyright import IDENTIFIERS, licence_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SITES = "usr/lib/edge-vision/lib/python3*/site-packages"
_STORE = "var/lib/edge/models"


def distributions(root: Path) -> Iterator[Component]:
    """Each distribution that lies in Edge's own environment."""
    for folder in sorted(root.glob(f"{_SITES}/*.dist-info")):
        distribution = PathDistribution(folder)
        name = re.sub(r"[-_.]+", "-", distribution.name).lower()
        try:
            told = licence_of(distribution)
        except ValueError:
            told = distribution.metadata["License-Expression"] or distribution.metadata["License"] or ""
        yield Component(
            kind="library",
            name=name,
            version=distribution.version,
            purl=purl("pypi", name, distribution.version),
            licences=python_licences(told, IDENTIFIERS),
        )


def models(root: Path) -> Iterator[Component]:
    """Each model of Edge's own and in the store, which the catalogue tells the licence of."""
    for site in sorted(root.glob(_SITES)):
        catalogue = _catalogue(site / "edge/data/catalog.toml")
        version = next((one.version for one in map(PathDistribution, site.glob("edge_vision-*.dist-info"))), "")
        for path in sorted([*site.glob("edge/data/starter/*.tflite"), *(root / _STORE).glob("*.tflite")]):
            entry = catalogue.get(path.stem.removesuffix("_edgetpu"), {})
            own = path.is_relative_to(site)
            yield Component(
                kind="machine-learning-model",
                name=path.stem,
                version=version if own else "",
                licences=python_licences(entry.get("license", ""), IDENTIFIERS),
                sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            )


def _catalogue(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        return {}

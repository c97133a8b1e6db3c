"""The files of ``models/`` that come with the package: the catalogue, cards, label files, starter models."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_INSTALLED = files("edge") / "data"
_CHECKOUT = Path(__file__).parents[2] / "models"


def package_data(*names: str) -> Traversable:
    """The file ``models/<names>``: beside the code of an installed package, or in the checkout the code runs from."""
    folder: Traversable = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return folder.joinpath(*names)

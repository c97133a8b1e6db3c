"""Asks Google's pycoral which EdgeTPUs there are."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from edge.doctor.probes.answer import answer

if TYPE_CHECKING:
    from collections.abc import Mapping


def list_edge_tpus(_request: Mapping[str, Any]) -> dict[str, Any]:
    """Kind ("usb", "pci") and path of each."""
    found = importlib.import_module("pycoral.utils.edgetpu").list_edge_tpus()
    return {"edgetpus": [[tpu["type"], tpu["path"]] for tpu in found]}


if __name__ == "__main__":
    answer(list_edge_tpus)

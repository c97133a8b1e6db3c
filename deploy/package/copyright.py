"""Whose work is in the package, and under which licence, in Debian's form (DEP-5)."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_OURS = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Edge

Files: *
Copyright: the Edge contributors
License: Apache-2.0
"""
_OF_OTHERS = """\
Files: {site}/edge/data/labels/kinetics600.txt
Copyright: Google LLC
License: CC-BY-4.0
 The names of the classes of the dataset Kinetics-600, unchanged. Everybody may share and adapt them, giving credit:
 https://creativecommons.org/licenses/by/4.0/

Files: {site}/edge/data/labels/imagenet1001.txt
Copyright: 2006 Princeton University
License: WordNet
 The names of the classes of ImageNet, from WordNet 3.0. Everybody may use, copy, modify and distribute them for any
 purpose and without fee, with this notice: https://wordnet.princeton.edu/license-and-commercial-use

Files: {site}/edge/overlay/fonts/DroidSansFallback.ttf
Copyright: 2006 Google Corporation
License: Apache-2.0

Files: {site}/edge/overlay/fonts/DejaVuSans.ttf
Copyright: 2003 Bitstream, Inc.
 2006 Tavmjong Bah
License: Bitstream-Vera and Arev
"""
_APACHE = """\
 On Debian systems its text is in /usr/share/common-licenses/Apache-2.0.
"""
OURS_ALONE = _OURS + _APACHE
"""The file for a package in which all is ours."""
_FONT_LICENCE = Path(__file__).parents[2] / "edge/overlay/fonts/DejaVuSans.LICENSE.txt"
_LINKED = Path(__file__).with_name("linked.txt")
"""What is linked into libraries of the wheels, which their metadata does not tell."""
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
}
"""Names of licences in older metadata."""
IDENTIFIERS = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "EPL-2.0", "MIT", "MPL-2.0", "PSF-2.0"}
"""What licences of wheels may be, in the words of SPDX."""
_HOLDER = re.compile(r"^\W*copyright\s+(?:\(c\)\s*|©\s*)?(\d{4}.*)$", re.IGNORECASE | re.MULTILINE)


def copyright_file(site: Path, installed_at: str) -> str:
    """The file for the distributions in the folder ``site``, which will lie at ``installed_at``.

    Raises:
        ValueError: the licence of one is not known here.
    """
    found = (PathDistribution(path) for path in sorted(site.glob("*.dist-info")))
    paragraphs = [
        _paragraph(distribution, installed_at) for distribution in found if distribution.name != "edge-vision"
    ]
    others = _OF_OTHERS.format(site=installed_at) + _indented(_FONT_LICENCE.read_text(encoding="utf-8"))
    linked = _LINKED.read_text(encoding="utf-8").format(site=installed_at)
    return "\n".join([_OURS, others, *paragraphs, linked, f"License: Apache-2.0\n{_APACHE}"])


def licence_of(distribution: Distribution) -> str:
    """Its licence in the words of SPDX.

    Raises:
        ValueError: it is not known here.
    """
    about = distribution.metadata
    told = about["License-Expression"] or about["License"]
    told = told or next((line for line in about.get_all("Classifier", ()) if line in _SPDX), "")
    licence = _SPDX.get(told, told)
    if unknown := set(re.split(r" (?:AND|OR) ", licence)) - IDENTIFIERS:
        raise ValueError(
            f"{distribution.name} is under {', '.join(unknown)!r}; deploy/package/copyright.py must know it"
        )
    return licence


def _paragraph(distribution: Distribution, installed_at: str) -> str:
    licence, texts = licence_of(distribution), list(_texts(distribution))
    holders = dict.fromkeys(holder.strip() for text in texts for holder in _HOLDER.findall(text))
    copyright_ = "\n ".join(holders) or f"the authors of {distribution.name}"
    head = (
        f"Files: {' '.join(f'{installed_at}/{name}' for name in _names(distribution))}\n"
        f"Copyright: {copyright_}\n"
        f"License: {licence.replace(' AND ', ' and ').replace(' OR ', ' or ')}\n"
    )
    return head if licence == "Apache-2.0" else head + "".join(_indented(text) for text in texts)


def _names(distribution: Distribution) -> list[str]:
    """The top-level folders and modules it has brought."""
    tops = {(path.parts[0], len(path.parts) > 1) for path in distribution.files or ()}
    return sorted(f"{name}/*" if is_folder else name for name, is_folder in tops if name not in {"..", "bin"})


def _texts(distribution: Distribution) -> Iterator[str]:
    for path in distribution.files or ():
        if ".dist-info" in path.parts[0] and re.search(r"licen[sc]e|edl-|epl-|copying", path.name, re.IGNORECASE):
            yield path.read_text(encoding="utf-8")


def _indented(text: str) -> str:
    return "".join(f" {line.rstrip()}\n" if line.strip() else " .\n" for line in text.splitlines())

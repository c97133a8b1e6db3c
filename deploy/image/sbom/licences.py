"""Licences in the words of SPDX, from the files in which Debian's packages tell them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deploy.image.sbom.component import Licence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_GNU = {"GPL": ("1.0", "2.0", "3.0"), "LGPL": ("2.0", "2.1", "3.0"), "GFDL": ("1.1", "1.2", "1.3")}
_SPDX = {
    "Apache-2.0": "Apache-2.0",
    "Apache-2": "Apache-2.0",
    "BSD-2-clause": "BSD-2-Clause",
    "BSD-3-clause": "BSD-3-Clause",
    "BSD-4-clause": "BSD-4-Clause",
    "BSL-1.0": "BSL-1.0",
    "CC0": "CC0-1.0",
    "CC0-1.0": "CC0-1.0",
    "CC-BY-4.0": "CC-BY-4.0",
    "curl": "curl",
    "EDL-1.0": "BSD-3-Clause",
    "EPL-2.0": "EPL-2.0",
    "Expat": "MIT",
    "FSFAP": "FSFAP",
    "FSFULLR": "FSFULLR",
    "FTL": "FTL",
    "ISC": "ISC",
    "MIT": "MIT",
    "MPL-1.1": "MPL-1.1",
    "MPL-2.0": "MPL-2.0",
    "OFL-1.1": "OFL-1.1",
    "OpenLDAP-2.8": "OLDAP-2.8",
    "PSF-2": "PSF-2.0",
    "PSF-2.0": "PSF-2.0",
    "Unlicense": "Unlicense",
    "X11": "X11",
    "Zlib": "Zlib",
}
"""Debian's short names, which are not all those of SPDX. What is not here is kept in its own words."""
_BY_LOWER_CASE = {name.lower(): identifier for name, identifier in _SPDX.items()}
_COMMON = {"Apache-2.0", "Artistic", "BSD", "CC0-1.0", "MPL-1.1", "MPL-2.0"}
_COMMON_GNU = {"GFDL", "GPL", "LGPL"}
_FIELD = re.compile(r"^License:[ \t]*(\S.*)$", re.MULTILINE)
_TEXT = re.compile(r"/usr/share/common-licenses/([A-Za-z]+(?:-[\d.]*\d)?)")
_LONGEST = 80
"""A longer line is no name: somebody has begun the text of the licence there."""


def licences_of(copyright_file: Path) -> tuple[Licence, ...]:
    """What the file says, each once and in the order of the alphabet; nothing where it is missing.

    A file in the form of DEP-5 has a name for each part; in another one only the texts it refers to are looked for.
    """
    try:
        text = copyright_file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    found = set(_named(text) if text.lstrip().startswith("Format") else _referred_to(text))
    return tuple(sorted(found, key=lambda licence: (licence.form, licence.text)))


def debian_licence(name: str) -> Licence:
    """A licence by Debian's short name.

    >>> debian_licence("GPL-2+")
    Licence(text='GPL-2.0-or-later', form='id')
    >>> debian_licence("GPL-2+ with OpenSSL exception")
    Licence(text='GPL-2+ with OpenSSL exception', form='name')
    """
    known = _BY_LOWER_CASE.get(name.lower()) or _gnu(name)
    return Licence(known, "id") if known else Licence(name, "name")


def python_licences(told: str, identifiers: Iterable[str]) -> tuple[Licence, ...]:
    """The one of a Python distribution: an expression of SPDX where all its names are among ``identifiers``."""
    names = re.split(r" (?:AND|OR) ", told)
    if not told:
        return ()
    if set(names) <= set(identifiers):
        return (Licence(told, "id" if len(names) == 1 else "expression"),)
    return (Licence(told, "name"),)


def _named(text: str) -> Iterator[Licence]:
    names = (" ".join(name.split()) for name in _FIELD.findall(text))
    return (debian_licence(name) for name in names if len(name) <= _LONGEST)


def _referred_to(text: str) -> Iterator[Licence]:
    """By a text alone it is not told whether a later version will do, so that GNU's keep their names of files."""
    for name in _TEXT.findall(text):
        if name.partition("-")[0] in _COMMON_GNU:
            yield Licence(name, "name")
        elif name in _COMMON:
            yield debian_licence(name)


def _gnu(name: str) -> str:
    """``GPL-2.0-or-later`` for Debian's ``GPL-2+``; empty for what is none of the GNU project's."""
    found = re.fullmatch(r"(L?GPL|GFDL)-?v?(\d)(\.\d)?(\+?)", name, re.IGNORECASE)
    if not found:
        return ""
    family, version = found[1].upper(), f"{found[2]}{found[3] or '.0'}"
    return f"{family}-{version}-{'or-later' if found[4] else 'only'}" if version in _GNU[family] else ""

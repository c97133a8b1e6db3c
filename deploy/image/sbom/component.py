"""One part of the image: a package, a Python distribution or a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import quote

Kind: TypeAlias = Literal["library", "operating-system", "machine-learning-model"]


@dataclass(frozen=True, slots=True)
class Licence:
    """An identifier or expression of SPDX, or else the words that stand in the package."""

    text: str
    form: Literal["id", "expression", "name"]


@dataclass(frozen=True, slots=True)
class Component:
    """One part.

    ``purl`` is its package URL and empty for a model; ``licences`` are all that parts of it are under, or a single
    expression. ``sha256`` is that of the file it came as, empty where that is not known. ``source`` is the source
    package, ``needs`` are the purls of other parts.
    """

    kind: Kind
    name: str
    version: str
    purl: str = ""
    supplier: str = ""
    licences: tuple[Licence, ...] = ()
    sha256: str = ""
    source: str = ""
    needs: tuple[str, ...] = ()

    @property
    def reference(self) -> str:
        """What others call it by within the document."""
        return self.purl or f"{self.kind}:{self.name}@{self.version}"


def purl(kind: str, name: str, version: str, **qualifiers: str) -> str:
    """A package URL; ``kind`` is its type and, where it has one, its namespace.

    >>> purl("deb/debian", "libc6", "2.36-9+deb12u1", arch="arm64")
    'pkg:deb/debian/libc6@2.36-9%2Bdeb12u1?arch=arm64'
    """
    extra = "&".join(f"{key}={quote(value, safe='')}" for key, value in sorted(qualifiers.items()) if value)
    return f"pkg:{kind}/{quote(name, safe='')}@{quote(version, safe='')}{'?' if extra else ''}{extra}"

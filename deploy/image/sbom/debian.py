"""The packages that dpkg has installed in the image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from deploy.image.sbom.component import Component, purl
from deploy.image.sbom.licences import licences_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

_STATUS = "var/lib/dpkg/status"


def packages(root: Path) -> list[Component]:
    """All that are installed, in the order of their names.

    Raises:
        FileNotFoundError: ``root`` is not the root folder of a Debian system.
    """
    status = (root / _STATUS).read_text(encoding="utf-8", errors="replace")
    installed = [fields for fields in paragraphs(status) if fields.get("Status", "").endswith(" installed")]
    names, system, here = _purls(root, installed), os_release(root), root.resolve()
    return [_component(fields, names, system, here) for fields in sorted(installed, key=_key)]


def os_release(root: Path) -> dict[str, str]:
    """The fields of ``/etc/os-release``; none where it is missing."""
    try:
        text = (root / "usr/lib/os-release").read_text(encoding="utf-8")
    except OSError:
        return {}
    return {key: value.strip("\"'") for key, _, value in (line.partition("=") for line in text.splitlines())}


def paragraphs(text: str) -> Iterator[dict[str, str]]:
    """The paragraphs of a control file, each by its fields; of what goes over several lines the first."""
    for part in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^([A-Za-z0-9-]+):[ \t]*(.*)$", part, re.MULTILINE))
        if fields:
            yield fields


def _component(fields: Mapping[str, str], names: Mapping[str, str], system: Mapping[str, str], root: Path) -> Component:
    copyright_file = (root / "usr/share/doc" / fields["Package"] / "copyright").resolve()
    own = _purl(fields, system)
    return Component(
        kind="library",
        name=fields["Package"],
        version=fields["Version"],
        purl=own,
        supplier=fields.get("Maintainer", "").partition(" <")[0],
        # A link that leads out of the image leads to a file of the machine that builds it.
        licences=licences_of(copyright_file) if copyright_file.is_relative_to(root) else (),
        source=fields.get("Source", fields["Package"]).partition(" ")[0],
        needs=tuple(sorted(set(_needs(fields, names)) - {own})),
    )


def _key(fields: Mapping[str, str]) -> tuple[str, str]:
    return fields["Package"], fields.get("Architecture", "")


def _purl(fields: Mapping[str, str], system: Mapping[str, str]) -> str:
    vendor, release = system.get("ID", "debian"), system.get("VERSION_ID", "")
    architecture, distro = fields.get("Architecture", ""), f"{vendor}-{release}" if release else ""
    return purl(f"deb/{vendor}", fields["Package"], fields["Version"], arch=architecture, distro=distro)


def _purls(root: Path, installed: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The purl of each name that a dependency may use: of packages, and of what they provide."""
    system = os_release(root)
    found: dict[str, str] = {}
    for fields in installed:
        provided = (name.split()[0] for name in fields.get("Provides", "").split(",") if name.strip())
        found |= {name: _purl(fields, system) for name in provided if name not in found}
    return found | {fields["Package"]: _purl(fields, system) for fields in installed}


def _needs(fields: Mapping[str, str], names: Mapping[str, str]) -> Iterator[str]:
    """Of each dependency the first alternative that is there."""
    for dependency in f"{fields.get('Pre-Depends', '')},{fields.get('Depends', '')}".split(","):
        alternatives = (re.split(r"[\s:(]", one.strip())[0] for one in dependency.split("|"))
        if found := next((names[name] for name in alternatives if name in names), ""):
            yield found

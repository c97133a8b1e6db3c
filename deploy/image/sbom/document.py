"""The document that CycloneDX 1.6 asks for, of the parts of an image."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from deploy.image.sbom import debian, inside
from edge import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from deploy.image.sbom.component import Component, Licence


def document(root: Path, name: str, version: str) -> str:
    """The bill of materials of the image whose root folder is ``root``, as JSON.

    Its time is ``SOURCE_DATE_EPOCH``, and left out where that is not set.

    Raises:
        FileNotFoundError: ``root`` is not the root folder of a Debian system.
    """
    parts = [*debian.packages(root), *inside.distributions(root), *inside.models(root)]
    image = {"type": "operating-system", "bom-ref": "image", "name": name, "version": version}
    # The package edge-vision is what brought what is inside of it.
    package = next(
        (part.reference for part in parts if part.purl.startswith("pkg:deb/") and part.name == "edge-vision"), ""
    )
    brought = [part.reference for part in parts if not part.purl.startswith("pkg:deb/")]
    content = {
        "components": [_component(part) for part in parts],
        "dependencies": [
            {"ref": "image", "dependsOn": [part.reference for part in parts if part.purl.startswith("pkg:deb/")]},
            *(_dependency(part, brought if part.reference == package else ()) for part in parts),
        ],
    }
    return json.dumps({**_head(image, content), **content}, ensure_ascii=False, indent=1) + "\n"


def _head(image: dict[str, str], content: dict[str, Any]) -> dict[str, Any]:
    seal = hashlib.sha256(json.dumps([image, content], sort_keys=True).encode()).hexdigest()
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    time = {"timestamp": datetime.fromtimestamp(int(seconds), UTC).isoformat()} if seconds else {}
    tool = {"type": "application", "name": "edge-image-sbom", "version": __version__}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, seal)}",
        "version": 1,
        "metadata": {**time, "tools": {"components": [tool]}, "component": image},
    }


def _component(part: Component) -> dict[str, Any]:
    told = {
        "supplier": {"name": part.supplier} if part.supplier else None,
        "version": part.version,
        "hashes": [{"alg": "SHA-256", "content": part.sha256}] if part.sha256 else None,
        "licenses": [_licence(licence) for licence in part.licences],
        "purl": part.purl,
        "properties": [{"name": "debian:source", "value": part.source}] if part.source else None,
    }
    start = {"type": part.kind, "bom-ref": part.reference, "name": part.name}
    return start | {key: value for key, value in told.items() if value}


def _licence(licence: Licence) -> dict[str, Any]:
    return {"expression": licence.text} if licence.form == "expression" else {"license": {licence.form: licence.text}}


def _dependency(part: Component, brought: Sequence[str]) -> dict[str, Any]:
    needs = sorted({*part.needs, *brought})
    return {"ref": part.reference, "dependsOn": needs} if needs else {"ref": part.reference}

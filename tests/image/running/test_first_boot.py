"""Flash, boot, subscribe, log in, tune: a card with the image, as a person gets it, and all of it from outside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.booted.machine import wait_until
from tests.image.appliance import SOON_S, say
from tests.image.card import PASSWORD

if TYPE_CHECKING:
    from tests.image.appliance import Appliance

_READY = {"edge-inbox": "ExecMainExit", "edge-first-boot": "ExecMainExit", "edge": "ActiveEnter"}
"""When one of our units is what others wait for: the time stamp of systemd's."""


def test_poses_of_the_built_in_scene_arrive(appliance: Appliance) -> None:
    pose_s = appliance.wait_for_pose()
    ssh_s = appliance.wait_for_ssh()
    say(f"from power on to the first pose message {pose_s:.0f} s, to a login by SSH {ssh_s:.0f} s")
    for name, ready in _READY.items():
        stamps = (f"{state}TimestampMonotonic" for state in ("InactiveExit", ready))
        began_s, ready_s = (int(appliance.unit(stamp, name)) / 1e6 for stamp in stamps)
        say(f"{name}: started {began_s:.0f} s after the kernel, ready after {ready_s - began_s:.0f} s")
    messages = appliance.listen("edge/+/pose", 5)
    assert any(message["people"] for message in messages)
    assert appliance.ask("uname -m") == "aarch64"
    assert "litert" in appliance.ask("sudo cat /proc/$(systemctl show edge --property=MainPID --value)/maps")


def test_who_has_no_login_is_refused(appliance: Appliance) -> None:
    assert "not authorised" in appliance.subscribe("edge/#", login=None).stderr
    assert "not authorised" in appliance.subscribe("edge/#", login=("edge", "a wrong one")).stderr


def test_it_is_tuned_over_ssh_without_a_restart(appliance: Appliance) -> None:
    (before,) = appliance.listen("edge/+/pose")
    appliance.ask("sudo edge config set pose.score_threshold 1.0 --apply")
    wait_until(lambda: not appliance.listen("edge/+/pose")[0]["people"], "nobody is good enough any more", SOON_S)
    appliance.ask("sudo edge config set pose.score_threshold 0.5 --apply")
    wait_until(lambda: bool(appliance.listen("edge/+/pose")[0]["people"]), "people are back", SOON_S)
    (after,) = appliance.listen("edge/+/pose")
    assert after["run_id"] == before["run_id"]


def test_a_bad_value_is_refused_and_changes_nothing(appliance: Appliance) -> None:
    done = appliance.run("sudo edge config set pose.score_threshold 7 --apply", check=False)
    assert done.returncode != 0
    assert "pose.score_threshold" in done.stdout + done.stderr
    assert appliance.ask("sudo edge config get pose.score_threshold") == "0.5"


def test_it_is_a_machine_of_its_own_with_a_name_and_no_password(appliance: Appliance) -> None:
    name = appliance.ask("hostname")
    assert re.fullmatch(r"edge-[0-9a-f]{4}", name)
    assert appliance.listen("edge/+/pose")[0]["device"] == name
    hashes = [line.split(":")[1] for line in appliance.ask("sudo cat /etc/shadow").splitlines()]
    assert {word[:1] for word in hashes} <= {"!", "*"}
    assert len(appliance.ask("cat /etc/machine-id")) == 32
    assert "PasswordAuthentication no" in appliance.ask(
        "sudo sshd -T | sed s/passwordauthentication/PasswordAuthentication/"
    )


def test_what_lies_on_the_card_root_and_the_service_read_and_nobody_else(appliance: Appliance) -> None:
    card = "/boot/firmware/user-data"
    assert card in appliance.ask(f"ls {card}")
    assert "Permission denied" in appliance.run(f"cat {card}", check=False).stderr
    assert appliance.ask(f"sudo -u edge head -n 1 {card}") == "#cloud-config"


def test_the_password_that_was_put_on_the_card_is_nowhere_on_it_any_more(appliance: Appliance) -> None:
    assert "edge-broker-password" not in appliance.ask("sync; ls /boot/firmware")
    with appliance.standing_still():
        assert appliance.card.holds("ssh_authorized_keys"), "what is looked for is found"
        assert not appliance.card.holds(PASSWORD)


def test_no_program_of_the_machine_that_built_it_is_left(appliance: Appliance) -> None:
    assert appliance.ask("dpkg-divert --list '*.postponed'") == ""
    lent = (
        "perl-base dpkg tar dash bash sed grep findutils mawk coreutils zstd kmod python3-minimal libpython3.13-minimal"
    )
    said = appliance.run(f"sudo dpkg --verify {lent}", check=False).stdout.splitlines()
    assert [line for line in said if "/usr/share/" not in line] == [], "documents are left out"


def test_the_root_file_system_is_as_large_as_the_card_and_nothing_swaps(appliance: Appliance) -> None:
    size_bytes = int(appliance.ask("df --output=size --block-size=1 / | tail -n 1"))
    assert size_bytes > 3 << 30
    assert appliance.ask("cat /proc/swaps").count("\n") == 0
    assert "edge.toml.applied" in appliance.ask("ls /boot/firmware")


def test_the_version_it_came_with_is_kept_for_the_way_back(appliance: Appliance) -> None:
    version = appliance.ask("dpkg-query --show --showformat '${Version}' edge-vision")
    assert f"edge-vision_{version}_arm64.deb" in appliance.ask("ls /var/lib/edge-appliance/packages").splitlines()


def test_nothing_has_failed(appliance: Appliance) -> None:
    done = appliance.run("systemctl is-system-running --wait; systemctl list-units --failed --plain --no-legend")
    assert done.stdout.strip() == "running"


def test_memory_and_tasks_are_held_to_their_limits(appliance: Appliance) -> None:
    group = "/sys/fs/cgroup/system.slice/edge.service"
    limits = appliance.ask(f"cat {group}/memory.max {group}/pids.max").split()
    total_kib = int(appliance.ask("awk '/MemTotal/ { print $2 }' /proc/meminfo"))
    assert int(limits[0]) <= total_kib * 1024 * 0.76
    assert limits[1] == "256"
    for what, hungry, refusal in (
        ("MemoryMax=64M", "tail /dev/zero", "oom-kill"),
        ("TasksMax=16", "for i in $(seq 40); do sleep 9 & done", "Resource temporarily unavailable"),
    ):
        done = appliance.run(
            f"sudo systemd-run --wait --pipe -p {what} -p MemorySwapMax=0 bash -c '{hungry}'", check=False
        )
        assert refusal in done.stdout + done.stderr, what

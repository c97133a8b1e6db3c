from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from edge.doctor.checks.groups import groups
from edge.doctor.service_account import Account, account_of, group_name
from edge.doctor.subject import Subject
from edge.doctor.system import System

if TYPE_CHECKING:
    from pathlib import Path

    from edge.doctor.finding import Finding

PASSWD = "root:x:0:0::/root:/bin/sh\nada:x:1815:1815::/home/ada:/bin/sh\n"
GROUP = "video:x:44:ada,bob\nrender:x:105:\nada:x:1815:\nbroken line\n"


def machine(root: Path, *, uid: int, gids: set[int], passwd: str = PASSWD) -> System:
    (root / "etc").mkdir()
    (root / "etc/passwd").write_text(passwd)
    (root / "etc/group").write_text(GROUP)
    return System(root=root, uid=uid, gids=frozenset(gids))


def finding(system: System) -> Finding:
    (found,) = groups(Subject(system, None))
    return found


def test_without_a_service_it_is_whoever_asks(tmp_path: Path) -> None:
    account = account_of(machine(tmp_path, uid=1815, gids={1815, 44}))
    assert account == Account("ada", 1815, frozenset({1815, 44}))


def test_with_a_service_it_is_its_user(tmp_path: Path) -> None:
    system = machine(tmp_path, uid=0, gids={0}, passwd=PASSWD + "edge:x:990:991::/:/bin/false\n")
    assert account_of(system) == Account("edge", 990, frozenset({991}), is_service=True)


def test_a_user_that_has_no_name_goes_by_the_number(tmp_path: Path) -> None:
    assert account_of(machine(tmp_path, uid=77, gids={77})).name == "77"


def test_a_group_that_came_after_the_login_needs_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "root").mkdir()
    system = machine(tmp_path / "root", uid=1815, gids={1815, 105})
    found = finding(system)
    assert found.why == "the user ada is not in video"
    assert found.fix.startswith("log out and in again: the user has been added")

    assert "usermod -aG render ada; then log out" in finding(replace(system, gids=frozenset({1815, 44}))).fix


def test_root_needs_no_groups(tmp_path: Path) -> None:
    assert finding(machine(tmp_path, uid=0, gids={0})).why == "root may use every device"


def test_who_may_use_a_node_is_told_by_owner_group_and_others(tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.touch()
    state, system = node.stat(), System(root=tmp_path)
    stranger = Account("x", state.st_uid + 1, frozenset({state.st_gid + 1}))
    member = replace(stranger, gids=frozenset({state.st_gid}))

    allowed = {}
    for mode in (0o600, 0o660, 0o640, 0o666):
        node.chmod(mode)
        allowed[mode] = [account.may_use(system, "/node") for account in (stranger, member)]

    assert allowed == {0o600: [False, False], 0o660: [False, True], 0o640: [False, False], 0o666: [True, True]}


def test_our_own_access_is_asked_of_the_kernel(tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.touch()
    system = System(root=tmp_path)
    assert account_of(system).may_use(system, "/node")


def test_a_group_without_a_name_goes_by_the_number(tmp_path: Path) -> None:
    system = machine(tmp_path, uid=0, gids={0})
    assert group_name(system, "/etc/passwd") == str((tmp_path / "etc/passwd").stat().st_gid)

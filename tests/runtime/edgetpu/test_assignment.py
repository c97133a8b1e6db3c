from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from edge.runtime.edgetpu.assignment import Claim, assign
from edge.runtime.edgetpu.devices import EdgeTpu

ONE, OTHER, CARD = (
    EdgeTpu("usb", 0, "/sys/bus/usb/devices/2-1", "/dev/bus/usb/002/002"),
    EdgeTpu("usb", 1, "/sys/bus/usb/devices/2-2", "/dev/bus/usb/002/003"),
    EdgeTpu("pci", 0, "/sys/class/apex/apex_0", "/dev/apex_0"),
)
ANY = Claim()


def test_models_are_spread_over_all() -> None:
    assert assign([ANY, ANY, ANY, ANY], [ONE, OTHER, CARD]) == (ONE, OTHER, CARD, ONE)
    assert assign([ANY, ANY], [ONE]) == (ONE, ONE)
    assert assign([ANY], []) == (None,)


def test_a_named_one_comes_first() -> None:
    assert assign([ANY, Claim("usb:0"), Claim("pci:0")], [ONE, OTHER, CARD]) == (OTHER, ONE, CARD)
    assert assign([Claim("usb:1")], [ONE]) == (None,)


def test_each_stays_where_it_is() -> None:
    assert assign([Claim(path=OTHER.path), ANY], [ONE, OTHER]) == (OTHER, ONE)


def test_one_whose_own_has_just_gone_disturbs_nobody() -> None:
    at_home, homeless = Claim(path=OTHER.path), Claim(path=ONE.path, waits=True)
    left = replace(OTHER, index=0)
    assert assign([homeless, at_home], [left]) == (None, left)
    assert assign([replace(homeless, waits=False), at_home], [left]) == (left, left)
    assert assign([homeless, at_home], [left, CARD]) == (CARD, left), "an idle one is taken at once"
    assert assign([homeless, at_home], [ONE, OTHER]) == (ONE, OTHER)


def test_one_moves_where_that_is_better_by_far() -> None:
    together = [Claim(path=OTHER.path), Claim(path=OTHER.path)]
    assert assign(together, [ONE, OTHER]) == (OTHER, ONE)
    assert assign([*together, Claim(path=ONE.path)], [ONE, OTHER]) == (OTHER, OTHER, ONE)


def test_names_follow_what_is_attached() -> None:
    """With the first of two unplugged the second is called ``usb:0``; whoever runs on it stays, and all go back."""
    first, second = Claim("usb:0", path=ONE.path), Claim("usb:1", path=OTHER.path)
    left = replace(OTHER, index=0)
    assert assign([first, second], [left]) == (left, left)
    assert assign([replace(first, path=OTHER.path), second], [ONE, OTHER]) == (ONE, OTHER)


def machines() -> st.SearchStrategy[tuple[EdgeTpu, ...]]:
    return st.lists(st.sampled_from(["2-1", "2-2", "2-3", "2-4"]), unique=True).map(
        lambda names: tuple(EdgeTpu("usb", i, name, name) for i, name in enumerate(sorted(names)))
    )


def claims(named: bool = True) -> st.SearchStrategy[list[Claim]]:
    devices = st.sampled_from(["", "usb:0", "usb:1", "usb:2"]) if named else st.just("")
    paths = st.sampled_from(["", "2-1", "2-2", "2-3", "2-4"])
    return st.lists(st.builds(Claim, devices, paths, st.booleans() if named else st.just(False)), max_size=6)


@given(claims(), machines())
def test_every_place_is_attached_and_named_ones_are_those(wanted: list[Claim], present: tuple[EdgeTpu, ...]) -> None:
    names = {tpu.name for tpu in present}
    for claim, place in zip(wanted, assign(wanted, present), strict=True):
        assert place is None or place in present
        if claim.device in names:
            assert place is not None
            assert place.name == claim.device
        if not claim.device and not claim.waits and present:
            assert place is not None


@given(claims(named=False), machines())
def test_those_that_name_none_are_balanced(wanted: list[Claim], present: tuple[EdgeTpu, ...]) -> None:
    places = assign(wanted, present)
    models = [places.count(tpu) for tpu in present]
    assert max(models, default=0) - min(models, default=0) <= 1


@given(claims(), machines())
def test_nothing_moves_while_nothing_is_plugged(wanted: list[Claim], present: tuple[EdgeTpu, ...]) -> None:
    places = assign(wanted, present)
    settled = [
        replace(claim, path=place.path if place else "", waits=False)
        for claim, place in zip(wanted, places, strict=True)
        if place or claim.device
    ]
    assert assign(settled, present) == tuple(
        place for claim, place in zip(wanted, places, strict=True) if place or claim.device
    )

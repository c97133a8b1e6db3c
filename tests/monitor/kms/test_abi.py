"""What a C compiler makes of the kernel's drm.h and drm_mode.h on 64 bit."""

from __future__ import annotations

from edge.monitor.kms import abi


def test_the_numbers_are_the_kernels() -> None:
    """They hold the size of each structure."""
    assert [abi.SET_MASTER, abi.GETRESOURCES, abi.GETCRTC, abi.SETCRTC] == [0x641E, 0xC04064A0, 0xC06864A1, 0xC06864A2]
    assert [abi.CURSOR, abi.GETENCODER, abi.GETCONNECTOR] == [0xC01C64A3, 0xC01464A6, 0xC05064A7]
    assert [abi.GETPROPERTY, abi.SETPROPERTY, abi.PAGE_FLIP] == [0xC04064AA, 0xC01064AB, 0xC01864B0]
    assert [abi.ADDFB, abi.RMFB, abi.CREATE_DUMB] == [0xC01C64AE, 0xC00464AF, 0xC02064B2]
    assert [abi.MAP_DUMB, abi.DESTROY_DUMB] == [0xC01064B3, 0xC00464B4]


def test_the_fields_are_where_the_kernel_has_them() -> None:
    assert (abi.Crtc.mode.offset, abi.ModeInfo.vrefresh.offset) == (36, 24)
    assert (abi.GetConnector.count_modes.offset, abi.GetConnector.connection.offset) == (32, 60)


def test_connectors_are_called_as_in_sysfs() -> None:
    names = {abi.CONNECTOR_TYPES[number] for number in (1, 6, 10, 11, 15, 16, 20)}
    assert names == {"VGA", "SVIDEO", "DP", "HDMI-A", "Virtual", "DSI", "USB"}

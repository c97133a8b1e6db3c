"""The kernel's words for mode setting: structures, numbers and flags of ``drm.h`` and ``drm_mode.h``, 64 bit."""

from __future__ import annotations

import ctypes
from ctypes import c_char, c_int32, c_uint16, c_uint32, c_uint64
from typing import Any

CONNECTED = 1
MODE_PREFERRED = 1 << 3
MODE_BY_COMMAND_LINE = 1 << 5
MODE_INTERLACED = 1 << 4
MODE_DOUBLE_SCAN = 1 << 5
CURSOR_IMAGE = 1
FLIP_EVENT = 1
FLIP_COMPLETE = 2
POWER_ON, POWER_OFF = 0, 3
"""The values of a connector's property DPMS."""

CONNECTOR_TYPES = (
    "Unknown", "VGA", "DVI-I", "DVI-D", "DVI-A", "Composite", "SVIDEO", "LVDS", "Component", "DIN", "DP", "HDMI-A",
    "HDMI-B", "TV", "eDP", "Virtual", "DSI", "DPI", "Writeback", "SPI", "USB",
)  # fmt: skip
"""What the kernel calls them in sysfs, by number (``drivers/gpu/drm/drm_connector.c``)."""


class ModeInfo(ctypes.Structure):
    """``struct drm_mode_modeinfo``: a size and rate, with the timing of its lines."""

    _fields_ = (
        ("clock", c_uint32),
        ("hdisplay", c_uint16),
        ("hsync_start", c_uint16),
        ("hsync_end", c_uint16),
        ("htotal", c_uint16),
        ("hskew", c_uint16),
        ("vdisplay", c_uint16),
        ("vsync_start", c_uint16),
        ("vsync_end", c_uint16),
        ("vtotal", c_uint16),
        ("vscan", c_uint16),
        ("vrefresh", c_uint32),
        ("flags", c_uint32),
        ("type", c_uint32),
        ("name", c_char * 32),
    )


class CardResources(ctypes.Structure):
    """``struct drm_mode_card_res``: the numbers of all that a card has."""

    _fields_ = (
        ("fb_id_ptr", c_uint64),
        ("crtc_id_ptr", c_uint64),
        ("connector_id_ptr", c_uint64),
        ("encoder_id_ptr", c_uint64),
        ("count_fbs", c_uint32),
        ("count_crtcs", c_uint32),
        ("count_connectors", c_uint32),
        ("count_encoders", c_uint32),
        ("min_width", c_uint32),
        ("max_width", c_uint32),
        ("min_height", c_uint32),
        ("max_height", c_uint32),
    )


class GetConnector(ctypes.Structure):
    """``struct drm_mode_get_connector``: an output, with what is attached to it."""

    _fields_ = (
        ("encoders_ptr", c_uint64),
        ("modes_ptr", c_uint64),
        ("props_ptr", c_uint64),
        ("prop_values_ptr", c_uint64),
        ("count_modes", c_uint32),
        ("count_props", c_uint32),
        ("count_encoders", c_uint32),
        ("encoder_id", c_uint32),
        ("connector_id", c_uint32),
        ("connector_type", c_uint32),
        ("connector_type_id", c_uint32),
        ("connection", c_uint32),
        ("mm_width", c_uint32),
        ("mm_height", c_uint32),
        ("subpixel", c_uint32),
        ("pad", c_uint32),
    )


class GetEncoder(ctypes.Structure):
    """``struct drm_mode_get_encoder``: what makes a signal for a connector; bit n of ``possible_crtcs`` is CRTC n."""

    _fields_ = (
        ("encoder_id", c_uint32),
        ("encoder_type", c_uint32),
        ("crtc_id", c_uint32),
        ("possible_crtcs", c_uint32),
        ("possible_clones", c_uint32),
    )


class Crtc(ctypes.Structure):
    """``struct drm_mode_crtc``: what scans a framebuffer out, to which connectors and in which mode."""

    _fields_ = (
        ("set_connectors_ptr", c_uint64),
        ("count_connectors", c_uint32),
        ("crtc_id", c_uint32),
        ("fb_id", c_uint32),
        ("x", c_uint32),
        ("y", c_uint32),
        ("gamma_size", c_uint32),
        ("mode_valid", c_uint32),
        ("mode", ModeInfo),
    )


class Cursor(ctypes.Structure):
    """``struct drm_mode_cursor``; with ``handle`` 0 there is none."""

    _fields_ = (
        ("flags", c_uint32),
        ("crtc_id", c_uint32),
        ("x", c_int32),
        ("y", c_int32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("handle", c_uint32),
    )


class GetProperty(ctypes.Structure):
    """``struct drm_mode_get_property``: the name and kind of a property."""

    _fields_ = (
        ("values_ptr", c_uint64),
        ("enum_blob_ptr", c_uint64),
        ("prop_id", c_uint32),
        ("flags", c_uint32),
        ("name", c_char * 32),
        ("count_values", c_uint32),
        ("count_enum_blobs", c_uint32),
    )


class SetProperty(ctypes.Structure):
    """``struct drm_mode_connector_set_property``."""

    _fields_ = (("value", c_uint64), ("prop_id", c_uint32), ("connector_id", c_uint32))


class Framebuffer(ctypes.Structure):
    """``struct drm_mode_fb_cmd``: memory as a picture; ``pitch`` is bytes a row."""

    _fields_ = (
        ("fb_id", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("pitch", c_uint32),
        ("bpp", c_uint32),
        ("depth", c_uint32),
        ("handle", c_uint32),
    )


class PageFlip(ctypes.Structure):
    """``struct drm_mode_crtc_page_flip``: another framebuffer from the next refresh on."""

    _fields_ = (
        ("crtc_id", c_uint32),
        ("fb_id", c_uint32),
        ("flags", c_uint32),
        ("reserved", c_uint32),
        ("user_data", c_uint64),
    )


class CreateDumb(ctypes.Structure):
    """``struct drm_mode_create_dumb``: memory that the processor draws in; the kernel says pitch and size in bytes."""

    _fields_ = (
        ("height", c_uint32),
        ("width", c_uint32),
        ("bpp", c_uint32),
        ("flags", c_uint32),
        ("handle", c_uint32),
        ("pitch", c_uint32),
        ("size", c_uint64),
    )


class MapDumb(ctypes.Structure):
    """``struct drm_mode_map_dumb``: where mmap finds such memory."""

    _fields_ = (("handle", c_uint32), ("pad", c_uint32), ("offset", c_uint64))


class Event(ctypes.Structure):
    """``struct drm_event``: how each event begins that is read from a card; ``length`` is all of its bytes."""

    _fields_ = (("type", c_uint32), ("length", c_uint32))


def _request(number: int, argument: type[Any]) -> int:
    """The number of an ioctl that is written and read, as the macros of ``asm-generic/ioctl.h`` compose it."""
    return 3 << 30 | ctypes.sizeof(argument) << 16 | ord("d") << 8 | number


SET_MASTER = ord("d") << 8 | 0x1E
GETRESOURCES = _request(0xA0, CardResources)
GETCRTC = _request(0xA1, Crtc)
SETCRTC = _request(0xA2, Crtc)
CURSOR = _request(0xA3, Cursor)
GETENCODER = _request(0xA6, GetEncoder)
GETCONNECTOR = _request(0xA7, GetConnector)
GETPROPERTY = _request(0xAA, GetProperty)
SETPROPERTY = _request(0xAB, SetProperty)
ADDFB = _request(0xAE, Framebuffer)
RMFB = _request(0xAF, c_uint32)
PAGE_FLIP = _request(0xB0, PageFlip)
CREATE_DUMB = _request(0xB2, CreateDumb)
MAP_DUMB = _request(0xB3, MapDumb)
DESTROY_DUMB = _request(0xB4, c_uint32)

"""Addresses in parts, and masked."""

from __future__ import annotations

import pytest

from edge.base.url import Url, masked, masked_url, read_url, secrets_in


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("rtsp://cam/stream", Url("rtsp", None, None, "cam", None, "/stream")),
        ("RTSP://admin@cam:8554", Url("rtsp", "admin", None, "cam", 8554, "")),
        ("rtsp://admin:p%40ss%3Aw@cam:554/a?b=c", Url("rtsp", "admin", "p@ss:w", "cam", 554, "/a?b=c")),
        ("rtsp://admin:p@ss:word@cam/a@b", Url("rtsp", "admin", "p@ss:word", "cam", None, "/a@b")),
        ("rtsp://admin:100%@cam/", Url("rtsp", "admin", "100%", "cam", None, "/")),
        ("http://u:@[fe80::1]:80/", Url("http", "u", "", "[fe80::1]", 80, "/")),
        ("udp://@239.0.0.1:1234", Url("udp", None, None, "239.0.0.1", 1234, "")),
    ],
)
def test_in_parts(text: str, url: Url) -> None:
    assert read_url(text) == url


def test_together_again_with_what_must_be_escaped() -> None:
    assert (
        str(read_url("rtsp://ad min:p@s/s@cam:554/a".replace("/s@", "%2Fs@"))) == "rtsp://ad%20min:p%40s%2Fs@cam:554/a"
    )
    assert str(Url("rtsp", "admin", "ü#?", "cam", None, "/1")) == "rtsp://admin:%C3%BC%23%3F@cam/1"
    assert str(read_url("udp://@239.0.0.1:1234")) == "udp://239.0.0.1:1234"


@pytest.mark.parametrize(
    "text", ["rtsp://u:p/w@cam/", "rtsp://cam:stream/", "rtsp://cam:99999/", "http://[::1/", "cam"]
)
def test_no_address(text: str) -> None:
    with pytest.raises(ValueError, match=r"HOST:PORT|such as"):
        read_url(text)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("rtsp://cam/stream", "rtsp://cam/stream"),
        ("rtsp://admin@cam/stream", "rtsp://admin@cam/stream"),
        ("rtsp://admin:hush@cam/stream", "rtsp://admin:***@cam/stream"),
        ("rtsp://admin:@cam/stream", "rtsp://admin:***@cam/stream"),
        ("rtsp://:hush@cam/stream", "rtsp://:***@cam/stream"),
        ("rtsp://admin%3Ahush@cam/stream", "rtsp://admin:***@cam/stream"),
        ("rtsp://admin%3ahush:hush@cam/stream", "rtsp://admin:***@cam/stream"),
        ("rtsp://admin:hu@hu:sh@cam:554/s", "rtsp://admin:***@cam:554/s"),
        ("rtsp://admin:hu%40sh@[::1]:554/s", "rtsp://admin:***@[::1]:554/s"),
        # Written wrongly: / and ? belong escaped.
        ("rtsp://admin:hu/sh@cam/s", "rtsp://admin:***@cam/s"),
        ("rtsp://admin:hu?sh@cam/s", "rtsp://admin:***@cam/s"),
        ("rtsp://cam/live@main", "rtsp://cam/live@main"),
        ("http://cam/video?channel=1&subtype=0", "http://cam/video?channel=1&subtype=0"),
        ("http://cam/video?usr=admin&pwd=hush&channel=1", "http://cam/video?usr=***&pwd=***&channel=1"),
        ("http://cam/video?loginpas=hush&token=hush", "http://cam/video?loginpas=***&token=***"),
        ("http://cam/video?hush", "http://cam/video?***"),
        ("http://u:hush@cam/video?p=hush&fps=5", "http://u:***@cam/video?p=***&fps=5"),
        ("rtsp://cam/user=admin&password=hush&channel=1.sdp", "rtsp://cam/user=admin&password=***&channel=1.sdp"),
        ("rtsp://cam/user=a_password=hu_sh_channel=1.sdp", "rtsp://cam/user=a_password=***_channel=1.sdp"),
        ("video:/home/a@b.mp4", "video:/home/a@b.mp4"),
        ("video:rtsp://admin:hush@cam/", "video:rtsp://admin:***@cam/"),
        ("rtsp://admin:***@cam/s?token=***", "rtsp://admin:***@cam/s?token=***"),
    ],
)
def test_what_is_shown(url: str, shown: str) -> None:
    assert masked_url(url) == shown
    assert masked_url(shown) == shown


def test_in_a_text_every_address_is_masked_and_nothing_else() -> None:
    text = "[hls] opening 'http://u:hush@cam/1.ts?k=hush' of \"rtsp://u:hush@cam\": refused; a@b, see docs: x@y"
    assert (
        masked(text)
        == "[hls] opening 'http://u:***@cam/1.ts?k=***' of \"rtsp://u:***@cam\": refused; a@b, see docs: x@y"
    )
    assert masked("nothing to hide: a@b") == "nothing to hide: a@b"


@pytest.mark.parametrize(
    "text",
    [
        f"rtsp://cam/{'pass' * 20_000}",
        f"rtsp://cam/{'auth_' * 20_000}",
        f"rtsp://cam/s?{'token' * 20_000}",
        f"{'a' * 80_000} ://",
        f"rtsp://cam/pass={'_a' * 40_000}",
    ],
    ids=["path", "words", "query", "scheme", "value"],
)
def test_a_long_text_of_somebody_else_takes_no_long_time(text: str) -> None:
    """The regular expressions once took the cube of its length, in which nothing else ran; see the limit of a test."""
    assert len(masked(text)) <= len(text)


def test_a_long_name_hides_no_password() -> None:
    assert masked(f"{'a' * 100}rtsp://u:hush@cam/") == f"{'a' * 100}rtsp://u:***@cam/"
    assert masked(f"rtsp://cam/{'a' * 500}password=hush&x=1") == f"rtsp://cam/{'a' * 500}password=***&x=1"


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("rtsp://u:pa%2Fss@hall/1", {"pa%2Fss", "pa/ss"}),
        ("see http://u:p@s@hall/1?token=abc&fps=5&xyz", {"p@s", "abc", "xyz"}),
        ("rtsp://hall/user=admin_password=abc_channel=1", {"abc"}),
        ("rtsp://u:what?now@hall/1", {"what?now", "now@hall/1"}),
        ("rtsp://u@hall:554/1 and user:word", set()),
    ],
)
def test_what_is_masked_can_be_told(text: str, secrets: set[str]) -> None:
    assert secrets_in(text) == secrets

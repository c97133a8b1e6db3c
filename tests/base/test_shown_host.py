import pytest

from edge.base.shown_host import masked_host, shown_host


@pytest.mark.parametrize("host", ["h", "::1", "192.168.1.5"])
def test_a_host_before_a_port_can_be_read_again(host: str) -> None:
    assert shown_host(host) == ("[::1]" if host == "::1" else host)


@pytest.mark.parametrize(
    "text", ["joe:s3cr3t@h", "mqtt://joe:s3cr3t@h:1883", "mqtt:/joe:s3:cr3t@s3cr3t@h", ":s3cr3t@h"]
)
def test_a_password_is_not_shown(text: str) -> None:
    assert "cr3t" not in masked_host(text)
    assert masked_host(text).endswith(text.rpartition("@")[2])


@pytest.mark.parametrize("text", ["h", "::1", "joe@h", "mqtt://h:1883", "mqtt://joe@h"])
def test_what_has_no_password_is_shown_as_it_is(text: str) -> None:
    assert masked_host(text) == text

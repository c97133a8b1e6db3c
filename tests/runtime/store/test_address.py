"""Which addresses models may come from."""

from __future__ import annotations

import urllib.request
from http.client import HTTPMessage
from io import BytesIO

import pytest

from edge.errors import ModelError
from edge.runtime.store.address import Redirects, check_address


@pytest.mark.parametrize(
    "url", ["https://example.com/a", "http://localhost:8000/a", "http://127.0.0.1/a", "http://[::1]:80/a"]
)
def test_https_and_this_machine_may(url: str) -> None:
    check_address(url)


@pytest.mark.parametrize(
    "url", ["http://example.com/a", "http://192.168.1.2/a", "ftp://localhost/a", "file:///etc/passwd", "models", ""]
)
def test_everything_else_may_not(url: str) -> None:
    with pytest.raises(ModelError, match="https"):
        check_address(url)


@pytest.mark.parametrize("url", ["https://[::1", "https://[bad]/a", "https://\u2100.example.com/"])
def test_what_cannot_be_taken_apart_is_said(url: str) -> None:
    with pytest.raises(ModelError, match=r"not an address .*; give one that begins with https://$"):
        check_address(url)


def test_https_never_leads_to_http_not_even_here() -> None:
    request = urllib.request.Request("https://example.com/a")

    with pytest.raises(ModelError, match=r"redirects from https to http://127.0.0.1/a; refused"):
        Redirects().redirect_request(request, BytesIO(), 302, "Found", HTTPMessage(), "http://127.0.0.1/a")

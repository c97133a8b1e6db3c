"""Certificates made on the spot with the openssl command."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True, slots=True)
class Certificate:
    """Paths of a certificate and its private key, PEM."""

    cert: Path
    key: Path


class Authority:
    """Issues certificates that whoever trusts ``cert`` will take; its files lie in ``folder``."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        if shutil.which("openssl") is None:
            pytest.skip("the openssl command is not installed")
        self._folder = folder
        self.cert, self._key = folder / f"{name}.pem", folder / f"{name}.key"
        _openssl("req", "-x509", *_NEW_KEY, days=2, subj=f"/CN={name}", keyout=self._key, out=self.cert)

    def issue(self, name: str, san: str = "DNS:localhost,IP:127.0.0.1", *, days: int = 2) -> Certificate:
        """A certificate for the names in ``san``; with ``days`` below zero it has expired."""
        made = Certificate(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        request, extension = self._folder / f"{name}.csr", self._folder / f"{name}.ext"
        extension.write_text(f"subjectAltName={san}\n")
        _openssl("req", *_NEW_KEY, subj=f"/CN={name}", keyout=made.key, out=request)
        issuer = {"CA": self.cert, "CAkey": self._key}
        _openssl(
            "x509", "-req", "-CAcreateserial", **issuer, days=days, extfile=extension, **{"in": request}, out=made.cert
        )
        return made


def _openssl(command: str, *flags: str, **values: Path | str | int) -> None:
    words = [word for name, value in values.items() for word in (f"-{name}", str(value))]
    done = subprocess.run(["openssl", command, *flags, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

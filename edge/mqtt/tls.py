"""TLS to the broker: the files it is made from, and what is wrong with a certificate in words that say what to do."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from edge.base.regular_file import read_at_most
from edge.errors import ConfigError

if TYPE_CHECKING:
    from edge.mqtt.settings import MqttSettings

# OpenSSL's X509_V_ERR_… (openssl/x509_vfy.h); Python passes the numbers on without names.
_NOT_YET_VALID, _EXPIRED = 9, 10
_NO_SUCH_NAME, _NO_SUCH_IP_ADDRESS = 62, 64
_MOST_PEM_BYTES = 4 << 20
"""All authorities that Debian trusts take a quarter of a megabyte."""


@dataclass(frozen=True, slots=True)
class Tls:
    """Paths of PEM files; empty: the authorities this system trusts, and no certificate of our own."""

    ca_file: str
    cert_file: str
    key_file: str

    def context(self) -> ssl.SSLContext:
        """A context that checks the broker's certificate and host name, from what the files hold now.

        Raises:
            ConfigError: a file is missing, unreadable or not what its key says.
        """
        if not self.ca_file:
            context = ssl.create_default_context()
        else:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # checks chain and name, trusts nobody yet
            self._trust(context)
        if self.cert_file:
            self._present(context)
        context.sslsocket_class = _Socket
        return context

    def _trust(self, context: ssl.SSLContext) -> None:
        _check_readable("mqtt.ca_file", self.ca_file)
        try:
            context.load_verify_locations(self.ca_file)
        except ssl.SSLError as error:
            raise ConfigError(
                f"mqtt.ca_file: {self.ca_file} holds no certificates in PEM form; put the authority's there"
            ) from error

    def _present(self, context: ssl.SSLContext) -> None:
        _check_readable("mqtt.cert_file", self.cert_file)
        if self.key_file:
            _check_readable("mqtt.key_file", self.key_file)
        try:
            context.load_cert_chain(self.cert_file, self.key_file or None, password="")  # never asks at a terminal
        except (ssl.SSLError, ValueError) as error:
            raise ConfigError(
                f"mqtt.cert_file and mqtt.key_file: {self.cert_file} and {self.key_file or self.cert_file} are no "
                "certificate and its private key; both must be PEM, belong together, and the key have no passphrase"
            ) from error


class _Socket(ssl.SSLSocket):
    """Closes itself when the handshake fails; paho leaves it to the garbage collector."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


def read_tls(settings: MqttSettings) -> Tls | None:
    """The TLS that the settings ask for, its files tried once; None for none.

    Raises:
        ConfigError: a file cannot be used.
    """
    if not settings.tls:
        return None
    tls = Tls(settings.ca_file, settings.cert_file, settings.key_file)
    tls.context()
    return tls


def distrust(error: ssl.SSLCertVerificationError, host: str, ca_file: str) -> str:
    """Why the broker's certificate is not trusted and what to do, as the end of a sentence."""
    code = error.verify_code
    if code == _EXPIRED:
        return "its certificate has expired; renew it on the broker, or set this machine's clock if that is wrong"
    if code == _NOT_YET_VALID:
        return "its certificate is not valid yet; set this machine's clock, which is probably behind"
    if code in {_NO_SUCH_NAME, _NO_SUCH_IP_ADDRESS}:
        return f"its certificate is not for {host}; set mqtt.host to a name that stands in the certificate"
    reason = error.verify_message or "not trusted"
    place = ca_file or "the authorities this system trusts"
    return f"its certificate does not come from {place} ({reason}); set mqtt.ca_file to the authority that issued it"


def _check_readable(key: str, path: str) -> None:
    try:
        read_at_most(Path(path), _MOST_PEM_BYTES)
    except OSError as error:
        raise ConfigError(
            f"{key}: cannot read {path} ({error.strerror}); give the path of a PEM file that the service may read"
        ) from error

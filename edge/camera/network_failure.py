"""Why a camera in the network delivers nothing, in a sentence: what it is, and what to do."""

from __future__ import annotations

import errno
import socket
from contextlib import closing
from typing import TYPE_CHECKING

from av.error import (
    ExitError,
    FFmpegError,
    HTTPForbiddenError,
    HTTPNotFoundError,
    HTTPUnauthorizedError,
    InvalidDataError,
)

from edge.base.url import masked, masked_url

if TYPE_CHECKING:
    from edge.base.url import Url

CONNECT_S = 2.0
PORTS = {"rtsp": 554, "rtsps": 322, "http": 80, "https": 443}
NOT_REACHED = "check that it is switched on and in this network: ping {host}"


def failure_of(url: Url, error: Exception) -> str:
    """What went wrong at ``url``; where FFmpeg does not tell, it is tried whether the host can be reached at all."""
    name = masked_url(str(url))
    if isinstance(error, HTTPUnauthorizedError | HTTPForbiddenError):
        return f"{name} {_refusal(url, error)}"
    if isinstance(error, HTTPNotFoundError):
        return f"{name} is not known to the camera (404); look up the path of its stream in its manual"
    if url.scheme == "udp":
        return f"{name} {_nothing_sent(url, error)}"
    return f"{name} {_unreachable(url) or _of_no_use(error)}"


def _refusal(url: Url, error: Exception) -> str:
    status = 401 if isinstance(error, HTTPUnauthorizedError) else 403
    if url.user is None:
        return f"asks for a user and a password ({status}); write {url.scheme}://USER@… and set camera.password_file"
    user = url.user.partition(":")[0]  # a colon that was escaped has a password behind it
    return f"refuses the user {user} or the password ({status}); correct camera.source or camera.password_file"


def _nothing_sent(url: Url, error: Exception) -> str:
    if isinstance(error, ExitError):
        return f"receives nothing; check that something is sent to this address and port {url.port}"
    return f"cannot be received ({reason(error)}); check address and port"


def _unreachable(url: Url) -> str:
    """Why no connection comes about; empty where one does."""
    host, port = url.host.strip("[]"), url.port or PORTS.get(url.scheme, 0)
    advice = NOT_REACHED.format(host=host)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(found[0], socket.SOCK_STREAM)) as tried:
            tried.settimeout(CONNECT_S)
            tried.connect(found[4])
    except (socket.gaierror, UnicodeError):
        return f"has a host that is not known here ({host}); check its name, or use its address such as 192.168.1.20"
    except TimeoutError:
        return f"does not answer at port {port}; {advice}"
    except ConnectionRefusedError:
        return (
            f"refuses the connection (port {port}); check the port, and that the camera's {url.scheme} is switched on"
        )
    except OSError as error:
        return f"cannot be reached ({error.strerror}); {advice}"
    return ""


def _of_no_use(error: Exception) -> str:
    """What is wrong with a host that can be reached."""
    if isinstance(error, ExitError):
        return "takes the connection and sends nothing; restart the camera, or check the path of the stream"
    if isinstance(error, InvalidDataError):
        return "answers with something that is no video, or with nothing; check the path of the stream"
    if isinstance(error, OSError) and error.errno == errno.EPROTONOSUPPORT:
        return "offers no way to send its stream that can be used here; have it send over TCP"
    return f"cannot be played ({reason(error)}); check the path of the stream"


def reason(error: Exception) -> str:
    """FFmpeg's word for it; its whole error has the address in it, password and all."""
    return masked(str(getattr(error, "strerror", None) or error)) if isinstance(error, FFmpegError) else "unreadable"

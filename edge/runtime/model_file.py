"""Whether a path leads to a file that may be a model: what can be known of it without running it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from edge.base.folders import given_state
from edge.errors import ModelError
from edge.runtime.bundle import is_member, read_member

if TYPE_CHECKING:
    from pathlib import Path

_TFLITE, _ZIP = b"TFL3", b"PK\x03\x04"
_HIDDEN = ("/home/", "/root/", "/run/user/")
"""Folders that ``ProtectHome=yes`` hides from the service."""


def check_model_file(path: Path) -> None:
    """Look at the first bytes of the file at ``path``, or of the member of a bundle.

    Raises:
        ModelError: there is none, it cannot be read, or it is no TFLite model.
    """
    if is_member(path):
        _check_member(path)
        return
    try:
        if not path.is_file():
            what = "is a folder, not a model file" if path.is_dir() else "no such model file"
            raise ModelError(f"{path}: {_hidden_from_us(path) or f'{what}; give the path of a .tflite file'}")
        with path.open("rb") as content:
            head = content.read(8)
    except OSError as error:
        why = f"cannot be read ({error.strerror}); let everybody read it and its folders: chmod a+rX"
        raise ModelError(f"{path}: {_hidden_from_us(path) or why}") from error
    if head.startswith(_ZIP):
        raise ModelError(f"{path}: a bundle or an archive, which cannot be run; give the path of a .tflite file")
    if head[4:] != _TFLITE:
        raise ModelError(
            f"{path}: not a complete TFLite model (it does not begin as one); download it again, or give the path of a"
            " .tflite file"
        )


def _check_member(path: Path) -> None:
    try:
        read_member(path)
    except ModelError as error:
        if hidden := _hidden_from_us(path.parent):
            raise ModelError(f"{path.parent}: {hidden}") from error
        raise


def hidden_from_service(path: Path) -> str:
    """What to do about a file where the service cannot see it; empty where it may."""
    if not str(path).startswith(_HIDDEN):
        return ""
    typed = shlex.quote(str(path))  # whoever has written the settings has chosen it
    return (
        f"the service cannot see into home folders; copy it: sudo install -m 644 {typed} /var/lib/edge/, and name"
        f" /var/lib/edge/{path.name}"
    )


def _hidden_from_us(path: Path) -> str:
    return hidden_from_service(path) if given_state() else ""

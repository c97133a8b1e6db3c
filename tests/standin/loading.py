"""A compiled model on the stand-in for libedgetpu, by the runtime itself.

``python -m tests.standin.loading RUNTIME LIBRARY MODEL`` loads and runs one on ``usb:0``, for what ends a process.
"""

from __future__ import annotations

import importlib
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def load(runtime: str, library: Path | str, model: Path | str, options: Mapping[str, str]) -> Any:
    """An allocated interpreter of the module ``runtime``, with the delegate of ``library``."""
    module = importlib.import_module(runtime)
    delegate = module.load_delegate(str(library), dict(options))
    interpreter = module.Interpreter(model_path=str(model), experimental_delegates=[delegate])
    interpreter.allocate_tensors()
    return interpreter


def fill(interpreter: Any, seed: int) -> list[bytes]:
    """Give all inputs random bytes, and say which, in the order of the inputs."""
    random = np.random.default_rng(seed)
    given = []
    for details in interpreter.get_input_details():
        values = random.integers(0, 256, details["shape"], details["dtype"])
        interpreter.set_tensor(details["index"], values)
        given.append(values.tobytes())
    return given


if __name__ == "__main__":
    runtime, library, model = sys.argv[1:]
    loaded = load(runtime, library, model, {"device": "usb:0"})
    sys.stdout.write("loaded\n")
    sys.stdout.flush()
    fill(loaded, 0)
    loaded.invoke()
    sys.stdout.write("ran\n")

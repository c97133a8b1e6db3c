"""Running ``edge infer classification`` on the files of a case, as a person would."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from edge.cli.main import main

if TYPE_CHECKING:
    import pytest

CASES = Path(__file__).parent


class Seen(NamedTuple):
    """What came of it: the exit status, every category's score by its name, best first, and what went to stderr."""

    status: int
    scores: dict[str, float]
    errors: str

    @property
    def best(self) -> str:
        """The name of the best category."""
        return next(iter(self.scores))


def classify(capsys: pytest.CaptureFixture[str], model: str, picture: str, **keys: object) -> Seen:
    """Put a picture of a case before a model of a case; ``keys`` are of the section ``[classification]``."""
    given = {"max_results": -1, **keys}
    overrides = [f"--set=classification.{key}={value}" for key, value in given.items()]
    command = ["infer", "classification", str(CASES / picture), "--model", str(CASES / model), "--json", *overrides]
    status = main(command)
    written = capsys.readouterr()
    categories = json.loads(written.out)["categories"] if written.out else []
    return Seen(status, {one["category_name"]: one["score"] for one in categories}, written.err)

"""The error tree. Every message is a sentence for a person: what, where, and what to do.

EdgeError
├── ConfigError     the configuration or the command line is wrong      exit status 2
├── ModelError      a model is missing, broken or does not fit its task  exit status 1
│   ├── ModelMissingError   a model of the catalogue is not in the store
│   └── ModelOutputError    a model has no answer, or it is no number; the next frame may do better
├── CameraError     a camera is absent, stalled or lost                  exit status 1
├── InputError      an image or video file cannot be used                exit status 1
├── PackageError    a package is missing or broken                       exit status 1
└── BrokerError     the MQTT broker refuses us                           exit status 1
"""

from __future__ import annotations

from dataclasses import dataclass


class EdgeError(Exception):
    """Anything Edge reports to a person without a traceback."""

    exit_status = 1


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in the configuration, and what to do about it.

    ``where`` is ``FILE:LINE``, ``FILE`` or ``--set``; ``value`` is what was given, as it is written in TOML. All but
    the message may be empty.
    """

    message: str
    where: str = ""
    key: str = ""
    value: str = ""

    def __str__(self) -> str:
        named = f"{self.key} = {self.value}" if self.value else self.key
        return ": ".join(part for part in (self.where, named, self.message) if part)


class ConfigError(EdgeError):
    """The configuration is wrong; the message holds one line for each problem."""

    exit_status = 2

    def __init__(self, *problems: Problem | str) -> None:
        self.problems = tuple(Problem(given) if isinstance(given, str) else given for given in problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ModelError(EdgeError):
    """A model or its labels cannot be used."""


class ModelMissingError(ModelError):
    """A model of the catalogue is not in the store; it can be pulled."""


class ModelOutputError(ModelError):
    """A model has no answer, or one that is no number (NaN, infinite); its answer to another frame may be one."""


class CameraError(EdgeError):
    """A live camera cannot deliver frames now; trying again later may help."""


class InputError(EdgeError):
    """An image or video file is missing, broken or empty; trying again will not help."""


class PackageError(EdgeError):
    """A package of this machine is missing or broken: no setting mends that."""


class BrokerError(EdgeError):
    """The MQTT broker cannot be used as configured."""

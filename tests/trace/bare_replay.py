"""``edge replay`` alone, for a Python that has numpy and tomlkit but no OpenCV, no LiteRT and no broker's client.

Usage: python -m tests.trace.bare_replay TRACE [OPTIONS]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from edge.cli import replay


def main() -> int:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path)
    common.add_argument("--set", action="append", default=[], dest="overrides")
    parser = argparse.ArgumentParser()
    replay.add_parser(parser.add_subparsers(), common)
    arguments = parser.parse_args(["replay", *sys.argv[1:]])
    status: int = arguments.run(arguments)
    return status


if __name__ == "__main__":
    sys.exit(main())

"""Makes a model of several people out of one of a single person: the same network, another decoding.

python -m models.training.pose.multipose models/starter/starter-pose.tflite models/starter/starter-multipose.tflite
"""

from __future__ import annotations

import argparse
from pathlib import Path

from models.training.pose.export import multipose


def main() -> None:
    """Convert one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("single", type=Path, help="the int8 model that the recipe made")
    parser.add_argument("several", type=Path, help="the file to write")
    arguments = parser.parse_args()
    arguments.several.write_bytes(multipose(arguments.single.read_bytes()))


if __name__ == "__main__":
    main()

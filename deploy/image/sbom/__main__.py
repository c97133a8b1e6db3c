"""Writes the bill of materials of an image: ``python -m deploy.image.sbom ROOT --output FILE``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from deploy.image.sbom.document import document
from edge import __version__


def main(words: list[str] | None = None) -> int:
    """Write it; the exit status."""
    arguments = _parser().parse_args(words)
    try:
        text = document(arguments.root, arguments.name, arguments.version)
        arguments.output.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"sbom: {error.filename}: {error.strerror}; ROOT is the image's root folder", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m deploy.image.sbom", description="Write what an image is made of, as CycloneDX 1.6 in JSON."
    )
    parser.add_argument("root", metavar="ROOT", type=Path, help="the image's root folder, mounted or unpacked")
    parser.add_argument("--output", metavar="FILE", type=Path, required=True, help="the file to write")
    parser.add_argument("--name", default="edge-image", help="what the image is called (%(default)s)")
    parser.add_argument("--version", default=__version__, help="its version (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""Makes starter-pose.tflite: draws pictures, trains, converts, measures.

Everything lands in the output folder; what is there already of pictures is used again. The scene is all there is to
learn from: no photograph is needed, and none is used.
"""

from __future__ import annotations

from models.training.common.command import read_options
from models.training.common.run import Run, prepare
from models.training.pose.recipe import FULL, SMOKE, make

SEED = 1


def main() -> None:
    """Run the recipe."""
    options = read_options("pose", str(__doc__))
    prepare(SEED, options.threads)
    run = Run(options.output, SEED, resume=options.resume)
    make(run, SMOKE if options.smoke else FULL, processes=options.threads)


if __name__ == "__main__":
    main()

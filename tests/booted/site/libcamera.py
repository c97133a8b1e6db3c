"""What Edge uses of libcamera; see sitecustomize.py."""

from tests.camera.stand_ins import ColorSpace, Transform

__all__ = ["ColorSpace", "Transform"]

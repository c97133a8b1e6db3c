"""How ``starter-pose.tflite`` is made: a small network of the MoveNet design, trained on drawn people."""

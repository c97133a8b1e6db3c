"""How well the starter models do, measured by anybody without TensorFlow."""

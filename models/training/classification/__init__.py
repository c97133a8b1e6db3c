"""The recipe of the starter classification model: what a room shows, by a network of the EfficientNet-Lite0 design."""

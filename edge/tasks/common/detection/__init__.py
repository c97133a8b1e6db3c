"""Single-shot detectors, and the rotated regions that come of what they find."""

"""Steadying: pure numpy, no camera, no model, no clock of its own."""

"""Traces: what the models saw of each frame, written to a file and read again. No camera, no model, no clock."""

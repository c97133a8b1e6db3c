"""Brightness: how light it is where the camera looks, and whether that is dark, dim or bright."""

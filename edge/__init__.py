"""Edge: a vision appliance for the Raspberry Pi and Coral."""

__version__ = "0.1.0"

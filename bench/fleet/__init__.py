"""Many devices on one broker."""

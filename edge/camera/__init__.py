"""Where frames come from; each camera yields ``Frame``."""

"""The sections of a report, one module each; what each has is its function ``lines``."""

"""The configuration: the one source of keys, types, bounds and help, and how a file becomes settings."""

"""The governor: heat, voltage, load and an empty room decide how often tasks run, and with which models."""

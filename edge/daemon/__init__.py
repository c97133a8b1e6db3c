"""The wiring: pipeline, workers, bus, statistics, signals and logs."""

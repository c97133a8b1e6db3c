"""Benchmarks: ratios measured in one run, never milliseconds to be believed elsewhere."""

"""How well a pose task finds and follows several people, and what it costs: ``python -m bench.people``."""

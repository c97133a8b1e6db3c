"""How good models are on labelled data, for ``edge evaluate``."""

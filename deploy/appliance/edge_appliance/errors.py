"""What goes wrong, in a sentence for whoever reads the journal."""


class ApplianceError(Exception):
    """Something could not be done; its text says what, and what to do."""

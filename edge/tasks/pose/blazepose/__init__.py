"""BlazePose: a person detector, and 33 landmarks of whoever is in a region."""

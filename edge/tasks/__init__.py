"""One folder a task, with all that is its own; ``registry.py`` lists them."""

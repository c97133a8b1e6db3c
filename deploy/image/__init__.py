"""The image for a card, and what is known about what is in it."""

"""Hands: their landmarks, which hand it is, and gestures."""

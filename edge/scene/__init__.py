"""The built-in scene: people in rooms, drawn from nothing, with exact truth."""

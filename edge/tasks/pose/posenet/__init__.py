"""PoseNet: several people, put together from parts that a network finds."""

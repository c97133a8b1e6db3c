"""Pose: people and their keypoints."""

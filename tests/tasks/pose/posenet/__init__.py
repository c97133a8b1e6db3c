"""Tests of PoseNet."""

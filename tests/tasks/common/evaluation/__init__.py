"""Tests of what the tasks share that are judged by labelled data."""

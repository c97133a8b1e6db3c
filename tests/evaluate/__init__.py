"""Tests of the evaluation on labelled data."""

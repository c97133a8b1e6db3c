"""The checks: functions that look at a ``Subject`` and say what they have found. They change nothing."""

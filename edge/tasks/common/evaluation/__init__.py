"""What the tasks share that are judged by labelled data."""

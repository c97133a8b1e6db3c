"""What runs in child processes: each module reads a request from stdin and prints its answer, both JSON."""

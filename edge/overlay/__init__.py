"""The painter: what is drawn on a frame, once, for files, snapshots and the monitor."""

"""What the three recipes share."""

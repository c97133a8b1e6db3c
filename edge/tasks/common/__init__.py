"""What two tasks or more share."""

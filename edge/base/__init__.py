"""What every room borrows."""

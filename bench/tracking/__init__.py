"""The tracker judged on ground truth: what it steadies, what that costs in lag, and whom it takes for whom."""

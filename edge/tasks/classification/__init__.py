"""Classification: what the picture shows."""

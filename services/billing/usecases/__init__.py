"""What billing does: one verb a file."""

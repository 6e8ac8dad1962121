"""What customer does: one verb a file."""

"""What workflow does: one verb a file."""

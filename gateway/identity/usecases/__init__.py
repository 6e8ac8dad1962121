"""What identity does: one verb a file."""

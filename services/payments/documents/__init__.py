"""Files that payments makes."""

"""The files that payments reads and writes."""

"""The files that notify writes."""

"""The files that workflow writes."""

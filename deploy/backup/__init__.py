"""Backup and restore of a whole system: six databases of one moment, and the files beside them (decision 0038)."""

"""The gateway's tables, and its queries by noun."""

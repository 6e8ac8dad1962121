"""The tables of billing, and its queries by noun."""

"""The tables of payments, and its queries by noun."""

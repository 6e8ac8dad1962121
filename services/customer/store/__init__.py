"""The tables of customer, and its queries by noun."""

"""The tables of notify, and its queries by noun."""

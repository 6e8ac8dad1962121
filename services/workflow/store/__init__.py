"""The tables of workflow, and its queries by noun."""

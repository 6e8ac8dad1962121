"""The files that customer reads and writes: customers to be added, lists of customers."""

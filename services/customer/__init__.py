"""Customer: the funnel, from an imported lead to a customer who pays."""

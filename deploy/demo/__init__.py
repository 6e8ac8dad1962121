"""Demo data: forty customers in all tiers with four months of history, made through the gateway by real users."""

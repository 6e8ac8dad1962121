"""`l2c doctor`: what is wrong with an installation, what that means, and what to do."""

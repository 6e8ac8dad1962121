"""The stream: what changes in somebody's inbox, pushed to whoever listens (decision 0025)."""

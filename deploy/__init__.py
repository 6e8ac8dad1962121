"""How it is run: the ``l2c`` command, the launchers of each way to run, demo data and the story."""

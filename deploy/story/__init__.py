"""The main job, end to end (spec/README.md): played through the gateway by real users, every result checked."""

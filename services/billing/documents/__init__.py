"""The files that billing reads and writes: usage files, statements as PDF, usage detail as xlsx."""

"""The edge: HTTP, the command line, and the wiring of engines; nothing here decides."""

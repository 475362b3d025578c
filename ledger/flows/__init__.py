"""What the platform does, one function per flow, each read from top to bottom."""

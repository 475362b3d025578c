"""After use: cascades and flags, disputes, reminders, erasure."""

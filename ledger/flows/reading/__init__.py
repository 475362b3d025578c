"""Who may read, and what is handed over: consent, other bases, releases, copies, answers."""

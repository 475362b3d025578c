"""X.509: the test authority, and certificate paths checked at a given time."""

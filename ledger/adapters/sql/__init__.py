"""The log and the index beside it in an SQL database (SQLite)."""

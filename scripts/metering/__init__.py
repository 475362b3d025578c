"""What ``scripts/gas`` measures: a consortium on a fresh chain; each operation runs on it once."""

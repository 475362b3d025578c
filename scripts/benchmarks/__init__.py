"""What ``scripts/bench`` measures: one module for each area, each with its own bare limit."""

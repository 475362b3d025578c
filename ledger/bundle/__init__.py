"""The evidence bundle: one deterministic file that verifies without a network."""

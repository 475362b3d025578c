"""The ledger: log, reuse, proofs and the flows that join them to real engines."""

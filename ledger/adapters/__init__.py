"""Adapters: the engines behind the ports of :mod:`ledger.ports`."""

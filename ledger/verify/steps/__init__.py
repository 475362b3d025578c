"""The verifier's numbered checks, one module for each group of them.

A step answers with a `finding.Found` or raises: `Wrong` and `Open` say what a step itself found,
every typed error of `certs` and `ledger` what a leaf function refused. `finding.judge` turns each
into a check, and nothing else does.
"""

"""The test PKI: declared in pki.toml, built by build.py; NIST PKITS in pkits.zip."""

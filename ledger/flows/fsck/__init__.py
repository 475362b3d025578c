"""fsck: recompute everything, believe nothing, change nothing.

log      leaves → nodes → roots → signed heads → anchors on chain; envelopes ↔ leaves
index    statements replayed → every row and name that the store shows
chain    the contracts' events, read again → the rows that tell of them
files    ciphertext → CID → plaintext → SHA-256 that the statement names
releases request < consent < release, no withdrawal between, uses within what was granted
plans    signed plans made again from the entries that they saw
compared keyed digests of fields against the sealed licences
status   the published lists against the statements and the chain
changes  each change of status by who answered for the licence then
reasons  texts → the digests that proposals carry
secrets  what lies sealed beside the log opens and belongs to its row
catalogues documents → digests that their owners stated
erasures asked by the holder, approved by two, and truly gone
"""

from ledger.flows.fsck.check import Report, fsck
from ledger.flows.fsck.reading import Finding

__all__ = ["Finding", "Report", "fsck"]

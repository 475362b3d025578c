"""The chain on an Ethereum engine: the embedded anvil node, or any node that is reached by URL.

errors      what can go wrong with the engine itself
refusals    one class per custom error of the contracts, and the table that finds it
rpc         JSON-RPC with timeouts and bounded retry; garbage never gets past it
answers     blocks, receipts and event logs, read strictly
contracts   ABI and bytecode; encoding of calls, decoding of answers
journal     what was sent to the embedded chain, and which block came of it
anvil       the node process
snapshot    a cached state of the embedded chain, so that a start need not replay all
embedded    node, journal and snapshot together: starts, watches and heals
remote      a node run by somebody else
sending     signing, sending, and the proof that it happened
deployment  contracts and address book
founding    what founding members agree on together at the beginning
actions     what can be decided, as the contract reads it
governing   proposals, votes and their carrying out
typed_data  what agencies sign: votes and heads (EIP-712)
agencies    reading who takes part, may do what, and answers for whom, at any time
registers   reading heads and status lists
moments     times as the contracts hold them
chain       the port
"""

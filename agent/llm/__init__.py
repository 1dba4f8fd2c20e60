"""How is a language model asked? Over Chat Completions, within a budget, believed only when valid.

asking.py first: one question to its answer. It stands on

- profile.py: which model, where, what it can do and costs; configured.py reads it from variables
- model.py: the protocol; chat_completions.py is the implementation, wire.py what it reads
- failures.py: what can go wrong there, as errors of our own
- expected.py: what an answer must be; strict.py makes the schema that servers take
- account.py: the budget of a task, and what it used
- trying.py: whether a model answers at all
"""

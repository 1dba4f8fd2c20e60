"""The fuzzer: digests an untrusted contract and untrusted answers, in a job of its own.

``__main__`` first. It has no code of the project in it, so what it reports is to be trusted.
"""

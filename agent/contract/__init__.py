"""Is a document what the contract says? The door, in and out.

* in: ``parse_input`` (text) and ``read_input`` (data) validate with the types of
  ``agent.documents`` and refuse with every fault at once;
* out: ``to_wire``, ``proof_to_wire`` and ``check_output`` hold an answer against the published JSON
  Schema;
* ``input_schema`` and ``output_schema`` are those types as JSON Schema; ``python -m
  agent.contract DIR`` writes them.
"""

from agent.contract.reading import parse_input, read_input
from agent.contract.schema import input_schema, output_schema
from agent.contract.sending import check_output, proof_to_wire, to_wire

__all__ = [
    "check_output",
    "input_schema",
    "output_schema",
    "parse_input",
    "proof_to_wire",
    "read_input",
    "to_wire",
]

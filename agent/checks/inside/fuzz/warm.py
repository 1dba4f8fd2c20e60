"""What does the fuzzer need in memory? Imported once, outside the sandbox, for all of its jobs.

Beside the libraries these are tables (of Unicode above all) that Hypothesis makes when it first
needs them, and that take longer than all else: so a rehearsal on a contract of our own needs them.
"""

import hypothesis.configuration

# Kept nowhere but in memory: a job could read, or forge, what another left.
hypothesis.configuration.set_hypothesis_home_dir("/dev/null")

from schemathesis.generation.coverage import GenerationSession  # noqa: E402 - see above

from agent.checks.inside.fuzz import contract, generated  # noqa: E402 - the same

TEXT = {"type": "string"}
SAMPLES = {
    "plain": {"maxLength": 20, "minLength": 2, **TEXT},
    "moment": {"format": "date-time", "pattern": "^2[0-9TZ:-]*$", **TEXT},
    "maybe": {"anyOf": [{"format": "uuid", **TEXT}, {"type": "null"}]},
    "choice": {"enum": ["a", "b"], **TEXT},
    "list": {"items": TEXT, "type": "array"},
    "count": {"maximum": 9, "minimum": 1, "type": "integer"},
    "ratio": {"exclusiveMinimum": 0, "type": "number"},
    "flag": {"type": "boolean"},
}
SAID = {"200": {"content": {"application/json": {"schema": {}}}, "description": ""}}


def rehearse() -> None:
    """Make the cases of a small contract, once."""
    thing = {
        "additionalProperties": False,
        "properties": SAMPLES,
        "required": sorted(SAMPLES),
        "type": "object",
    }
    parameters = [{"in": "query", "name": name, "schema": each} for name, each in SAMPLES.items()]
    one = {"in": "path", "name": "id", "required": True, "schema": {"format": "uuid", **TEXT}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "rehearsal", "version": "1"},
        "components": {"schemas": {"Thing": thing}},
        "paths": {
            "/things": {
                "get": {"parameters": parameters, "responses": SAID},
                "post": {"requestBody": {**body, "required": True}, "responses": SAID},
            },
            "/things/{id}": {"get": {"parameters": [one], "responses": SAID}},
        },
    }
    memory = GenerationSession()
    for operation in contract.read(document).operations:
        generated.some(operation, memory)


rehearse()

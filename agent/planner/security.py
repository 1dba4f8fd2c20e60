"""What protects a generated project? The measures that it really has, and what asks for more.

Each measure names its evidence: a file of the emitted project and a piece of its text. A test holds
the two together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from agent.contract.faults import shown
from agent.documents import Question, SecurityMeasure
from agent.types import AttributeType, AuthMethod, OperationKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from agent.types import BackendSpec

    Kind = Literal["authentication", "authorization", "input-validation", "cors", "sql-injection"]


def _always(_spec: BackendSpec) -> bool:
    return True


def _secured(spec: BackendSpec) -> bool:
    return spec.auth.method is AuthMethod.JWT


def _owned(spec: BackendSpec) -> bool:
    return _secured(spec) and any(entity.owner for entity in spec.entities)


def _has_passwords(spec: BackendSpec) -> bool:
    return any(a.type is AttributeType.PASSWORD for e in spec.entities for a in e.attributes)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: when a project has it, which words ask for it, where it can be seen."""

    kind: Kind
    implementation: str
    words: str
    present: Callable[[BackendSpec], bool]
    evidence: tuple[str, str]

    def answers(self, requirement: str) -> bool:
        """Tell whether a requirement's words ask for this measure."""
        return re.search(rf"\b(?:{self.words})", requirement, re.IGNORECASE) is not None


MEASURES = (
    Measure(
        kind="authentication",
        implementation="JSON Web Tokens: one fixed algorithm, short-lived access tokens, refresh"
        " tokens, all ended by a change of password (src/app/core/security.py)",
        words=r"jwt|json web token|access token|authenticat|sign[- ]?in|log[- ]?in|bearer",
        present=_secured,
        evidence=("src/app/core/security.py", "jwt.decode("),
    ),
    Measure(
        kind="authentication",
        implementation="Passwords are kept as argon2 hashes and never leave"
        " (src/app/core/passwords.py)",
        words=r"password|hash|argon2",
        present=_has_passwords,
        evidence=("src/app/core/passwords.py", "PasswordHash.recommended()"),
    ),
    Measure(
        kind="authentication",
        implementation="No secret has a usable default outside development: without one the"
        " application does not start (src/app/core/config.py)",
        words=r"secrets?\b|key management|environment variable|configuration",
        present=_secured,
        evidence=("src/app/core/config.py", "JWT_SECRET_KEY must be set outside development"),
    ),
    Measure(
        kind="authorization",
        implementation="Roles: each operation names who may call it, and anybody else gets 403"
        " (src/app/api/deps.py)",
        words=r"roles?\b|rbac|authori[sz]|permission|access control|admin",
        present=_secured,
        evidence=("src/app/api/deps.py", "def require_roles("),
    ),
    Measure(
        kind="authorization",
        implementation="Ownership: only a row's own user and the administrators may reach it"
        " (src/app/services)",
        words=r"owner|own rows|own data|tenant|isolat|idor|object[- ]level",
        present=_owned,
        evidence=("src/app/services/", "owner"),
    ),
    Measure(
        kind="input-validation",
        implementation="Every body and parameter is a Pydantic model with bounds and patterns;"
        " unknown fields are refused with 422 (src/app/schemas)",
        words=r"validat|sanit|input|schema|mass assignment|over-?posting",
        present=_always,
        evidence=("src/app/schemas/base.py", 'extra="forbid"'),
    ),
    Measure(
        kind="sql-injection",
        implementation="SQLAlchemy binds every value; what is sorted by comes from an allow-list"
        " (src/app/repositories)",
        words=r"sql[- ]?inject|parameteri[sz]ed",
        present=_always,
        evidence=("src/app/repositories/base.py", "select("),
    ),
    Measure(
        kind="cors",
        implementation="CORS is closed until CORS_ORIGINS names who may call from a browser"
        " (src/app/main.py)",
        words=r"cors|cross[- ]origin",
        present=_always,
        evidence=("src/app/main.py", "CORSMiddleware"),
    ),
)

NOT_COVERED = re.compile(
    r"\b(?:rate|throttl|brute|lock[- ]?out|captcha|2fa|mfa|two[- ]factor|multi[- ]factor|oauth"
    r"|sso\b|saml|csrf|tls\b|ssl\b|https|encrypt|audit|revo[ck]|blacklist|gdpr|pci|hipaa|owasp|waf\b|scrypt"
    r"|pen(?:etration)?[- ]?test|verif(?:y|ication) of|e-?mail (?:verif|confirm)|rotat|vault|bcrypt"
    r"|api[- ]?key)",
    re.IGNORECASE,
)
"""Words of requirements that no measure meets, though other words in them sound like one."""


def measures(spec: BackendSpec) -> tuple[SecurityMeasure, ...]:
    """Return what a project of this resolved spec has."""
    return tuple(
        SecurityMeasure(type=measure.kind, implementation=measure.implementation)
        for measure in MEASURES
        if measure.present(spec)
    )


def open_requirements(requirements: Sequence[str], spec: BackendSpec) -> tuple[Question, ...]:
    """Ask about each requirement that no measure of the project answers. The ids are empty."""
    present = [measure for measure in MEASURES if measure.present(spec)]
    return tuple(
        Question(
            id="",
            text=f"The project has no measure for the security requirement {shown(words, 200)}:"
            " how is it to be met?",
            about=f"/constraints/securityRequirements/{index}",
        )
        for index, words in enumerate(requirements)
        if NOT_COVERED.search(words) or not any(measure.answers(words) for measure in present)
    )


def vulnerabilities(spec: BackendSpec) -> tuple[str, ...]:
    """Return what the project leaves open, for whoever runs it to know."""
    kinds = {operation.kind for operation in spec.operations}
    found = [
        "No rate limiting: put a gateway or a limiter in front before this meets the internet.",
        "TLS is not terminated here: run it behind something that does.",
        "The interactive API documentation is public.",
    ]
    if not _secured(spec):
        return ("There is no authentication: everybody may read and change everything.", *found)
    if OperationKind.LOGIN in kinds:
        found.append("Passwords can be guessed at the login as fast as it answers: limit it.")
        found.append(
            "A stolen token stays valid until it expires or the password is changed: tokens"
            " cannot be revoked one by one."
        )
    unasked = sorted(_unasked_passwords(spec))
    if unasked:
        found.append(f"A new password is taken without the present one by: {', '.join(unasked)}.")
    if OperationKind.REGISTER in kinds:
        found.append(
            "Registration tells whether an address has an account (409), and does not verify that"
            " the address belongs to whoever registers."
        )
    public = sorted(
        {
            o.name
            for o in spec.operations
            if o.permission
            and "public" in o.permission
            and o.method.value != "GET"
            and o.kind not in {OperationKind.REGISTER, OperationKind.LOGIN, OperationKind.REFRESH}
        }
    )
    if public:
        found.append(f"Anybody may change data through: {', '.join(public)}.")
    return tuple(found)


def _unasked_passwords(spec: BackendSpec) -> set[str]:
    """Return the operations whose body sets the password and has no field for the present one."""
    bodies = {
        s.name
        for s in spec.schemas
        if s.entity == spec.auth.user
        and any(f.attribute == spec.auth.password for f in s.fields)
        and not any(f.type is AttributeType.PASSWORD for f in s.fields)
    }
    changing = {OperationKind.UPDATE, OperationKind.REPLACE}
    return {
        o.name
        for o in spec.operations
        if o.kind in changing and o.input is not None and o.input.schema_name in bodies
    }

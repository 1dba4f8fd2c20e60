"""What in somebody's words may not be kept? Passwords in URLs, keys and tokens."""

from __future__ import annotations

import re

HIDDEN = "***"
_NAMES = (
    r"(?<![\w.-])(?:[\w.-]*[_.-])?"
    r"(?:(?:API|SECRET|ACCESS|PRIVATE)?KEY|(?:AUTH|ACCESS)?TOKEN|SECRET|(?:DB)?PASSWORD|PASSWD"
    r"|PASSPHRASE|PASS|PWD|CREDENTIALS?)"
)
_QUOTED = r"""\"[^"\n]*\"|'[^'\n]*'"""
_NO_WORD = r"""(?P<quote>["'])(?=[^"'\n]*[\d !@#$%^&*+=/])[^"'\n]{6,}(?P=quote)"""
_KEYS = (
    ("psk_", r"[\w-]{12,}"),  # our own (agent/service/keys.py)
    ("sk[-_]|pk[-_]|rk[-_]|whsec[-_]", r"[\w-]{16,}"),
    ("gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_|npm_|pypi-", r"[\w-]{12,}"),
    (r"AKIA|ASIA|AIza|ya29\.|SG\.", r"[\w.-]{12,}"),
)
"""The shapes of well-known keys: how one begins, and its rest."""
# Each begins at few places and looks a bounded way ahead: no long text takes minutes.
SECRETS = (
    # a password in a URL, which may hold / and @; a port is none
    re.compile(r"(?<=://)([^\s/:@]*:)(?!\d+[/?])\S{1,2000}(?=@)"),
    # NAME=value, as shells and .env files have it
    re.compile(rf"(?i)({_NAMES}=)(?:{_QUOTED}|(?!\d+\))\S+)"),
    # likewise with spaces, where the value is long and no word
    re.compile(rf"(?i)({_NAMES}\s+=\s+)(?=\S*\d)[\w.~+/=!@#$%^&*-]{{8,}}(?!\S)"),
    # name: value, as JSON and YAML have it, where the value is no word: it may be a field's type
    re.compile(rf"""(?i)({_NAMES}["']?\s*[=:]\s*){_NO_WORD}"""),
    re.compile(rf"(?i)({_NAMES}:\s+)(?=\S*\d)[\w.~+/=!@#$%^&*-]{{12,}}(?!\S)"),
    re.compile(r"(?i)\b(authorization\s*[:=]\s*\w+\s+)\S{6,}"),
    re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]{12,}"),
    *(re.compile(rf"()\b(?:{beginning}){rest}") for beginning, rest in _KEYS),
    re.compile(r"()(?<![\w-])eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*"),
    re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----)[\s\S]*?(?=-----END|\Z)"),
)
MARKS = re.compile(
    r"=|:(?!\d)|(?i:authorization|bearer|basic)|eyJ|-----BEGIN|"
    + "|".join(beginning for beginning, _ in _KEYS)
)
"""One of these stands in whatever a pattern finds: most texts have none, and are done with."""


def without_secrets(text: str) -> str:
    """Hide what looks like a secret."""
    if MARKS.search(text):
        for pattern in SECRETS:
            text = pattern.sub(_hidden, text)
    return text


def _hidden(found: re.Match[str]) -> str:
    """Return what is put in its place (Python 3.11 is slow with templates for that)."""
    return f"{found[1]}{HIDDEN}"

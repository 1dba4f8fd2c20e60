"""Who judged a project? Its tests and migrations, as they were emitted or as people left them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.some import some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.documents import Proof


def of_judges(proof: Proof) -> Iterator[tuple[str, ...]]:
    """Say of a proof that it is not by the tests that were emitted: "proven" means less then."""
    judged_by = proof.judged_by
    if judged_by.as_emitted is None:
        yield ("Judged by tests and migrations of which nothing tells whether they were emitted",)
    elif not judged_by.as_emitted:
        yield ("Judged by tests, migrations or settings that are not those that were emitted:",)
        kinds = {"changed": judged_by.changed, "added": judged_by.added}
        for kind, paths in {**kinds, "missing": judged_by.missing}.items():
            if paths:
                yield (f"  {len(paths)} {kind}: {some(paths)}",)

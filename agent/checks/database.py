"""Does all of it hold on the real database, too? Migrations and tests, once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.checks.job_database import job_database
from agent.checks.migrations import STEPS, migrate
from agent.checks.own_server import named_or_own
from agent.checks.project import concluded
from agent.checks.tests import run_tests
from agent.checks.throwaway import server, without_password
from agent.documents import CheckName, CheckReport, Finding, FindingLevel, Outcome
from agent.errors import OverfullError, SandboxError

if TYPE_CHECKING:
    from agent.checks.project import Project


async def check(project: Project) -> CheckReport:
    """Run migrations, then tests, each on an empty database of its own, which is dropped again."""
    url = project.database_url
    if url is None or server(url) is None:
        return _skipped("no PostgreSQL, MySQL or MariaDB server was given")
    findings: list[Finding] = []
    summary = f"{server(url)}: migrations"
    try:
        async with (
            named_or_own(url, project.cache) as server_url,
            project.sandbox.folder() as folder,
        ):
            async with job_database(server_url, folder) as empty:
                findings += await migrate(project, empty)
                summary += " failed" if findings else ""
            # Without the migrations the tests could only repeat it, each of them.
            if not findings:
                async with job_database(server_url, folder) as empty:
                    run = await run_tests(project, empty)
                    findings += run.findings
                    summary += f", {run.summary}"
    except OverfullError as error:
        # Whatever else was found came of its end.
        findings.insert(0, Finding(message=f"the database of the job: {error}"))
    except SandboxError as error:
        if all(finding.level is not FindingLevel.ERROR for finding in findings):
            return _skipped(f"the database server cannot be used: {error}")
        # What was found already counts, though the server broke off later.
        findings.append(Finding(message=str(error)))
    scheme = url.partition("://")[0]
    steps = f"{STEPS} && TEST_DATABASE_URL=$DATABASE_URL pytest"
    command = f"export DATABASE_URL={scheme}://USER:PASSWORD@HOST/EMPTY; {steps}"
    return concluded(
        CheckName.DATABASE,
        command,
        [
            finding.model_copy(update={"message": without_password(finding.message, url)})
            for finding in findings
        ],
        summary=summary,
    )


def _skipped(reason: str) -> CheckReport:
    return CheckReport(name=CheckName.DATABASE, outcome=Outcome.SKIPPED, reason=reason)

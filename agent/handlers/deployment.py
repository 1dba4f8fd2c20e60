"""Where and how does the project run? Facts of its container, and sizes for the load expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from agent.documents import CiCd, Deployment
from agent.inspection import WORKFLOW
from agent.sizing import environment, platform

if TYPE_CHECKING:
    from agent.documents import InputDocument
    from agent.inspection import Inspection
    from agent.sizing import Platform

PLATFORMS: dict[Platform, Literal["azure-app-service", "azure-container-apps"]] = {
    "app-service": "azure-app-service",
    "container-apps": "azure-container-apps",
}


def deployment(project: Inspection, document: InputDocument) -> Deployment:
    """Return the platform and everything that it has to be told."""
    targets = document.constraints.performance_targets
    configuration: dict[str, Any] = {
        "port": project.port,
        "command": project.command,
        "baseImage": project.base_image,
        "healthPaths": project.health_paths,
        "environment": environment(project, targets),
    }
    if targets is not None:
        configuration["performanceTargets"] = targets.model_dump(mode="json", exclude_none=True)
    workflow = WORKFLOW if WORKFLOW in project.files else ""
    return Deployment(
        platform=PLATFORMS[platform(document)],
        configuration=configuration,
        cicd=CiCd(workflow=workflow, stages=project.workflow_stages),
    )

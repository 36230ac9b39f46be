"""The report for programs. Its schema is `scripts/drift/report.schema.json`."""

from typing import Any

from ...support.files import canonical_json
from ..judge.findings import Finding
from .presentation import Presentation


def render(presentation: Presentation) -> str:
    """Write the report as JSON."""
    report = presentation.report
    content = {
        "verdict": str(report.verdict),
        "contract_verdict": str(report.contract_verdict),
        "client_verdict": str(report.client_verdict),
        "base": {"source": presentation.base_file, "version": presentation.base_version},
        "candidate": {
            "source": presentation.candidate_file,
            "version": presentation.candidate_version,
        },
        "operations": list(report.operations),
        "unwatched": [{"operation": u.endpoint, "reason": u.reason} for u in report.unwatched],
        "findings": [_finding(presentation, finding) for finding in report.findings],
        "accepted": [_finding(presentation, finding) for finding in report.accepted],
        "notes": list(presentation.notes),
    }
    return canonical_json(content).decode()


def render_failure(message: str) -> str:
    """Write why nothing was compared as JSON."""
    return canonical_json({"verdict": "unavailable", "error": message}).decode()


def _finding(presentation: Presentation, finding: Finding) -> dict[str, Any]:
    change = finding.first
    return {
        "rule": finding.rule,
        "contract_severity": str(finding.contract_severity),
        "client_severity": str(finding.client_severity),
        "fingerprint": finding.fingerprint,
        "operations": list(finding.operations),
        "direction": change.site.side.direction,
        "pointer_base": change.site.base,
        "pointer_candidate": change.site.candidate,
        "before": change.before,
        "after": change.after,
        "used_by_client": finding.used,
        "why": finding.why,
        "remedy": presentation.remedy(finding),
    }

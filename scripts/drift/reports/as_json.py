"""The report for programs. Its schema is `scripts/drift/report.schema.json`."""

import sys
from typing import Any

from scripts.drift.judge.findings import Finding
from scripts.drift.reports.presentation import Presentation, behind
from scripts.support.files import canonical_json


def show(presentation: Presentation) -> None:
    """Print the report."""
    sys.stdout.write(render(presentation))


def render(presentation: Presentation) -> str:
    """Write the report as JSON."""
    report = presentation.report
    notes = [*report.notes, *filter(None, [behind(report)])]
    content = {
        "verdict": str(report.verdict),
        "contract_verdict": str(report.contract_verdict),
        "client_verdict": str(report.client_verdict),
        "operations": list(report.operations),
        "findings": [_finding(finding) for finding in report.findings],
        "accepted": [_finding(finding) for finding in report.accepted],
        "notes": notes,
    }
    return canonical_json(content).decode()


def _finding(finding: Finding) -> dict[str, Any]:
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
        "remedy": finding.remedy,
    }

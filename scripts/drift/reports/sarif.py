"""SARIF 2.1.0, for code scanning and for viewers of findings."""

import json
import sys
from typing import Any

from scripts.drift.judge.findings import Finding
from scripts.drift.judge.rules import RULES, Rule, Severity
from scripts.drift.reports.presentation import Presentation, operations_of, shown

_LEVELS = {Severity.BREAKING: "error", Severity.WARNING: "warning"}


def show(presentation: Presentation) -> None:
    """Print the log."""
    sys.stdout.write(render(presentation))


def render(presentation: Presentation) -> str:
    """Write every finding as a result, accepted ones as suppressed."""
    report = presentation.report
    rules = list(dict.fromkeys(finding.rule for finding in (*report.findings, *report.accepted)))
    run = {
        "tool": {
            "driver": {"name": "propexo-drift", "rules": [_rule(RULES[name]) for name in rules]}
        },
        "results": [
            _result(presentation, finding, rules)
            for finding in (*report.findings, *report.accepted)
        ],
        "properties": {"verdict": str(report.verdict), "notes": list(report.notes)},
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {"id": rule.id, "shortDescription": {"text": rule.why}, "help": {"text": rule.remedy}}


def _result(presentation: Presentation, finding: Finding, rules: list[str]) -> dict[str, Any]:
    change = finding.first
    values = f"{shown(change.before, 200)} -> {shown(change.after, 200)}"
    message = f"{finding.why} {operations_of(finding)}: {values}. {finding.remedy}"
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _LEVELS.get(presentation.severity(finding), "note"),
        "message": {"text": message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": presentation.base_file},
                    "region": {"startLine": presentation.line(finding)},
                },
                "logicalLocations": [{"fullyQualifiedName": change.site.base, "kind": "member"}],
            }
        ],
        "partialFingerprints": {"drift/v1": finding.fingerprint},
        "properties": {
            "contractSeverity": str(finding.contract_severity),
            "clientSeverity": str(finding.client_severity),
            "operations": list(finding.operations),
            "pointerCandidate": change.site.candidate,
            "before": change.before,
            "after": change.after,
        },
    }
    reason = presentation.report.reason(finding)
    if reason:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": reason}
        ]
    return result

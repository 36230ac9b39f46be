"""SARIF 2.1.0, for code scanning and for viewers of findings."""

import json
from typing import Any

from ..judge.findings import Finding
from ..judge.rules import RULES, Audience, Rule, Severity
from .presentation import Presentation, operations_of, shown

_NAME = "propexo-drift"
_LEVELS = {Severity.BREAKING: "error", Severity.WARNING: "warning"}


def render(presentation: Presentation) -> str:
    """Write every finding as a result, accepted ones as suppressed."""
    report = presentation.report
    rules = list(dict.fromkeys(finding.rule for finding in (*report.findings, *report.accepted)))
    run = {
        "tool": {
            "driver": {
                "name": _NAME,
                "rules": [_rule(RULES[name], presentation.audience) for name in rules],
            }
        },
        "results": [
            _result(presentation, finding, rules)
            for finding in (*report.findings, *report.accepted)
        ],
        "properties": {
            "verdict": str(report.verdict),
            "base": presentation.base_version,
            "candidate": presentation.candidate_version,
            "notes": list(presentation.notes),
        },
    }
    return _log(run)


def render_failure(message: str) -> str:
    """Write why nothing was compared, as an invocation that failed."""
    notification = {"level": "error", "message": {"text": message}}
    invocation = {
        "executionSuccessful": False,
        "toolExecutionNotifications": [notification],
    }
    run = {"tool": {"driver": {"name": _NAME}}, "invocations": [invocation], "results": []}
    return _log(run)


def _log(run: dict[str, Any]) -> str:
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: Rule, audience: Audience) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.why},
        "help": {"text": rule.remedy.for_(audience)},
    }


def _result(presentation: Presentation, finding: Finding, rules: list[str]) -> dict[str, Any]:
    change = finding.first
    values = f"{shown(change.before, 200)} -> {shown(change.after, 200)}"
    message = f"{finding.why} {operations_of(finding)}: {values}. {presentation.remedy(finding)}"
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

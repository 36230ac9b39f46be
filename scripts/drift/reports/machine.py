"""Reports for programs: JSON (`scripts/drift/report.schema.json`), SARIF, GitHub's annotations."""

import json
from typing import Any

from ...support.files import canonical_json
from ..compare.changes import listed
from ..judge.findings import Finding
from ..judge.rules import RULES, Severity
from .presentation import Presentation, printable, shown

_NAME = "propexo-drift"
_LEVELS = {Severity.BREAKING: "error", Severity.WARNING: "warning"}


def to_json(presentation: Presentation) -> str:
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
        "unwatched": [{"operation": name, "reason": why} for name, why in report.unwatched.items()],
        "findings": [_finding(presentation, finding) for finding in report.findings],
        "accepted": [_finding(presentation, finding) for finding, _ in report.accepted],
        "notes": list(presentation.notes),
    }
    return canonical_json(content).decode()


def json_failure(message: str) -> str:
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


def to_sarif(presentation: Presentation) -> str:
    """Write every finding as a result of SARIF 2.1.0, accepted ones as suppressed."""
    report = presentation.report
    findings = [*((finding, "") for finding in report.findings), *report.accepted]
    rules = list(dict.fromkeys(finding.rule for finding, _ in findings))
    described = [
        {
            "id": name,
            "shortDescription": {"text": RULES[name].why},
            "help": {"text": RULES[name].remedy.for_(presentation.audience)},
        }
        for name in rules
    ]
    return _sarif(
        {
            "tool": {"driver": {"name": _NAME, "rules": described}},
            "results": [_result(presentation, *each, rules) for each in findings],
            "properties": {
                "verdict": str(report.verdict),
                "base": presentation.base_version,
                "candidate": presentation.candidate_version,
                "notes": list(presentation.notes),
            },
        }
    )


def sarif_failure(message: str) -> str:
    """Write why nothing was compared, as an invocation that failed."""
    notification = {"level": "error", "message": {"text": message}}
    invocation = {"executionSuccessful": False, "toolExecutionNotifications": [notification]}
    return _sarif({"tool": {"driver": {"name": _NAME}}, "invocations": [invocation], "results": []})


def _sarif(run: dict[str, Any]) -> str:
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    log = {"$schema": schema, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _result(
    presentation: Presentation, finding: Finding, reason: str, rules: list[str]
) -> dict[str, Any]:
    change = finding.first
    values = f"{shown(change.before, 200)} -> {shown(change.after, 200)}"
    message = (
        f"{finding.why} {listed(finding.operations, 2)}: {values}. {presentation.remedy(finding)}"
    )
    place = {
        "artifactLocation": {"uri": presentation.base_file},
        "region": {"startLine": presentation.line(finding)},
    }
    member = {"fullyQualifiedName": change.site.base, "kind": "member"}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _LEVELS.get(presentation.severity(finding), "note"),
        "message": {"text": message},
        "locations": [{"physicalLocation": place, "logicalLocations": [member]}],
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
    if reason:
        suppression = {"kind": "external", "status": "accepted", "justification": reason}
        result["suppressions"] = [suppression]
    return result


def to_github(presentation: Presentation) -> str:
    """Write a workflow command for each finding that matters, and a notice for each note."""
    file = _property(presentation.base_file)
    commands: list[str] = []
    for finding in presentation.report.findings:
        command = _LEVELS.get(presentation.severity(finding))
        if command:
            change = finding.first
            message = (
                f"{finding.why}\n{listed(finding.operations, 2)}\n"
                f"before: {shown(change.before, 300)}\nafter: {shown(change.after, 300)}\n"
                f"{presentation.remedy(finding)}\nAccept it as {finding.fingerprint}."
            )
            title = _property(f"drift: {finding.rule}")
            where = f"file={file},line={presentation.line(finding)}"
            commands.append(f"::{command} {where},title={title}::{_data(message)}\n")
    commands += [
        f"::notice file={file},line=1,title=drift::{_data(note)}\n" for note in presentation.notes
    ]
    return "".join(commands)


def github_failure(message: str) -> str:
    """Write one command that says why nothing was compared."""
    return f"::error title=drift could not be checked::{_data(message)}\n"


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

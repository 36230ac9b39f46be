"""The drift check: whether the vendor's newest document still holds what this client needs."""

from scripts.drift.engine import compare
from scripts.drift.judge.findings import Finding, Report
from scripts.drift.judge.rules import Severity

__all__ = ["Finding", "Report", "Severity", "compare"]

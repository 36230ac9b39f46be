"""The drift check: whether a newer document of the vendor still holds what this client depends on."""

from scripts.drift.engine import compare
from scripts.drift.findings import Finding, Report
from scripts.drift.severity import Severity

__all__ = ["Finding", "Report", "Severity", "compare"]

"""The drift check: whether the vendor's newest document still has what this client needs."""

from .engine import compare, describe
from .judge.findings import Finding, Report
from .judge.rules import Severity

__all__ = ["Finding", "Report", "Severity", "compare", "describe"]

"""Credit runs: many credits from a file, each exactly once, and the truth about every one.

    from propexo_client import Propexo
    from propexo_client.journal import Journal
    from propexo_client.runs import CreditRun, CsvFile

    with Propexo(environment="sandbox", journal=Journal("credits.journal")) as propexo:
        report = CreditRun(propexo, CsvFile("january.csv"), mark="end").post()
        print(report.counts())

`python -m propexo_client run january.csv --journal credits.journal` does the same.
"""

from .csv_file import CsvFile
from .plan import Plan
from .progress import Progress
from .report import Report, RowReport
from .rows import BadRows, Problem, Row
from .run import CreditRun, Estimate

__all__ = [
    "BadRows",
    "CreditRun",
    "CsvFile",
    "Estimate",
    "Plan",
    "Problem",
    "Progress",
    "Report",
    "Row",
    "RowReport",
]

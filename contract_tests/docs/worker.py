"""Post one refund under its key: run it again after whatever happened."""

import sys
from datetime import date

from propexo_client import Propexo, PropexoError
from propexo_client.journal import Journal

place, environment = sys.argv[1:]
with Propexo(environment=environment, journal=Journal(place)) as propexo:
    try:
        propexo.credits.create(
            idempotency_key="refund:1001",
            integration_id="intg_1",
            lease_id="lease_1",
            financial_account_id="finacct_1",
            amount_in_cents=15_000,
            transaction_date=date(2026, 1, 15),
            description="Refund 1001",
        )
    except PropexoError as error:
        sys.exit(type(error).__name__)

"""Financial accounts: the accounts that credits, charges and payments name."""

from ._engine.exchange import Session
from ._engine.flow import Flow
from ._engine.methods import (
    AsyncResource,
    Resource,
    async_iterating,
    awaitable,
    blocking,
    iterating,
)
from ._engine.pages import OLDEST_FIRST, PAGE_SIZE, Pages
from ._engine.reads import Reader
from .records import FinancialAccount


class FinancialAccountFlows:
    """What can be done with financial accounts."""

    def __init__(self, session: Session) -> None:
        self._reader = Reader(session, FinancialAccount.from_raw)

    def get(self, financial_account_id: str) -> Flow[FinancialAccount]:
        """Read one account by its Propexo id. Raises `NotFound`, `Rejected` or `ReadFailed`."""
        from ._generated.api.financial_accounts.get_financial_account import _get_kwargs

        return self._reader.one(
            "get_financial_account", _get_kwargs, "financial_account_id", financial_account_id
        )

    def list(
        self,
        *,
        integration_id: str | None = None,
        integration_vendor: str | None = None,
        property_id: str | None = None,
        account_number: str | None = None,
        page_size: int = PAGE_SIZE,
        order_by: str = OLDEST_FIRST,
    ) -> Pages[FinancialAccount]:
        """Iterate over accounts, fetching pages of `page_size` (1 to 250) as they are needed.

        Oldest first by default. Source: docs: Get all financial accounts.
        """
        from ._generated.api.financial_accounts.list_financial_accounts import _get_kwargs

        return self._reader.all(
            "list_financial_accounts",
            _get_kwargs,
            page_size=page_size,
            order_by=order_by,
            integration_id=integration_id,
            integration_vendor=integration_vendor,
            property_id=property_id,
            account_number=account_number,
        )


class FinancialAccounts(Resource[FinancialAccountFlows]):
    """Financial accounts, blocking."""

    get = blocking(FinancialAccountFlows.get)
    list = iterating(FinancialAccountFlows.list)


class AsyncFinancialAccounts(AsyncResource[FinancialAccountFlows]):
    """Financial accounts, asynchronous."""

    get = awaitable(FinancialAccountFlows.get)
    list = async_iterating(FinancialAccountFlows.list)

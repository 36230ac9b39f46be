from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.integration_vendor import IntegrationVendor
from ...models.list_resident_payments_response import ListResidentPaymentsResponse
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    integration_id: str | Unset = UNSET,
    integration_vendor: IntegrationVendor | Unset = UNSET,
    lease_id: str | Unset = UNSET,
    limit: int | None | Unset = 100,
    offset: int | None | Unset = 0,
    order_by: str | Unset = "created_at:desc",
    property_id: str | Unset = UNSET,
    resident_id: str | Unset = UNSET,
    transaction_date_end: None | str | Unset = UNSET,
    transaction_date_start: None | str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    params["integration_id"] = integration_id

    json_integration_vendor: str | Unset = UNSET
    if not isinstance(integration_vendor, Unset):
        json_integration_vendor = integration_vendor

    params["integration_vendor"] = json_integration_vendor

    params["lease_id"] = lease_id

    json_limit: int | None | Unset
    if isinstance(limit, Unset):
        json_limit = UNSET
    else:
        json_limit = limit
    params["limit"] = json_limit

    json_offset: int | None | Unset
    if isinstance(offset, Unset):
        json_offset = UNSET
    else:
        json_offset = offset
    params["offset"] = json_offset

    params["order-by"] = order_by

    params["property_id"] = property_id

    params["resident_id"] = resident_id

    json_transaction_date_end: None | str | Unset
    if isinstance(transaction_date_end, Unset):
        json_transaction_date_end = UNSET
    else:
        json_transaction_date_end = transaction_date_end
    params["transaction_date_end"] = json_transaction_date_end

    json_transaction_date_start: None | str | Unset
    if isinstance(transaction_date_start, Unset):
        json_transaction_date_start = UNSET
    else:
        json_transaction_date_start = transaction_date_start
    params["transaction_date_start"] = json_transaction_date_start

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/resident-payments/",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | ListResidentPaymentsResponse | None:
    if response.status_code == 200:
        response_200 = ListResidentPaymentsResponse.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = ErrorResponse.from_dict(response.json())

        return response_400

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[ErrorResponse | ListResidentPaymentsResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    integration_id: str | Unset = UNSET,
    integration_vendor: IntegrationVendor | Unset = UNSET,
    lease_id: str | Unset = UNSET,
    limit: int | None | Unset = 100,
    offset: int | None | Unset = 0,
    order_by: str | Unset = "created_at:desc",
    property_id: str | Unset = UNSET,
    resident_id: str | Unset = UNSET,
    transaction_date_end: None | str | Unset = UNSET,
    transaction_date_start: None | str | Unset = UNSET,
) -> Response[ErrorResponse | ListResidentPaymentsResponse]:
    """List resident payments

     Payments on residents' ledgers: a partial, one-sided view.

    Args:
        integration_id (str | Unset): Propexo id of the integration.
        integration_vendor (IntegrationVendor | Unset): The property-management system behind the
            integration. Not a closed list: the reference site shows other names.
        lease_id (str | Unset): Propexo id of the lease.
        limit (int | None | Unset): Most rows to return, up to 250. Default: 100.
        offset (int | None | Unset): Rows to pass over. Default: 0.
        order_by (str | Unset): Field to sort by, optionally followed by :asc or :desc; several
            separated by commas. Default: 'created_at:desc'.
        property_id (str | Unset): Propexo id of the property.
        resident_id (str | Unset): Propexo id of the resident.
        transaction_date_end (None | str | Unset): Latest transaction day, itself included.
        transaction_date_start (None | str | Unset): Earliest transaction day, itself included.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | ListResidentPaymentsResponse]
    """

    kwargs = _get_kwargs(
        integration_id=integration_id,
        integration_vendor=integration_vendor,
        lease_id=lease_id,
        limit=limit,
        offset=offset,
        order_by=order_by,
        property_id=property_id,
        resident_id=resident_id,
        transaction_date_end=transaction_date_end,
        transaction_date_start=transaction_date_start,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    integration_id: str | Unset = UNSET,
    integration_vendor: IntegrationVendor | Unset = UNSET,
    lease_id: str | Unset = UNSET,
    limit: int | None | Unset = 100,
    offset: int | None | Unset = 0,
    order_by: str | Unset = "created_at:desc",
    property_id: str | Unset = UNSET,
    resident_id: str | Unset = UNSET,
    transaction_date_end: None | str | Unset = UNSET,
    transaction_date_start: None | str | Unset = UNSET,
) -> ErrorResponse | ListResidentPaymentsResponse | None:
    """List resident payments

     Payments on residents' ledgers: a partial, one-sided view.

    Args:
        integration_id (str | Unset): Propexo id of the integration.
        integration_vendor (IntegrationVendor | Unset): The property-management system behind the
            integration. Not a closed list: the reference site shows other names.
        lease_id (str | Unset): Propexo id of the lease.
        limit (int | None | Unset): Most rows to return, up to 250. Default: 100.
        offset (int | None | Unset): Rows to pass over. Default: 0.
        order_by (str | Unset): Field to sort by, optionally followed by :asc or :desc; several
            separated by commas. Default: 'created_at:desc'.
        property_id (str | Unset): Propexo id of the property.
        resident_id (str | Unset): Propexo id of the resident.
        transaction_date_end (None | str | Unset): Latest transaction day, itself included.
        transaction_date_start (None | str | Unset): Earliest transaction day, itself included.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | ListResidentPaymentsResponse
    """

    return sync_detailed(
        client=client,
        integration_id=integration_id,
        integration_vendor=integration_vendor,
        lease_id=lease_id,
        limit=limit,
        offset=offset,
        order_by=order_by,
        property_id=property_id,
        resident_id=resident_id,
        transaction_date_end=transaction_date_end,
        transaction_date_start=transaction_date_start,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    integration_id: str | Unset = UNSET,
    integration_vendor: IntegrationVendor | Unset = UNSET,
    lease_id: str | Unset = UNSET,
    limit: int | None | Unset = 100,
    offset: int | None | Unset = 0,
    order_by: str | Unset = "created_at:desc",
    property_id: str | Unset = UNSET,
    resident_id: str | Unset = UNSET,
    transaction_date_end: None | str | Unset = UNSET,
    transaction_date_start: None | str | Unset = UNSET,
) -> Response[ErrorResponse | ListResidentPaymentsResponse]:
    """List resident payments

     Payments on residents' ledgers: a partial, one-sided view.

    Args:
        integration_id (str | Unset): Propexo id of the integration.
        integration_vendor (IntegrationVendor | Unset): The property-management system behind the
            integration. Not a closed list: the reference site shows other names.
        lease_id (str | Unset): Propexo id of the lease.
        limit (int | None | Unset): Most rows to return, up to 250. Default: 100.
        offset (int | None | Unset): Rows to pass over. Default: 0.
        order_by (str | Unset): Field to sort by, optionally followed by :asc or :desc; several
            separated by commas. Default: 'created_at:desc'.
        property_id (str | Unset): Propexo id of the property.
        resident_id (str | Unset): Propexo id of the resident.
        transaction_date_end (None | str | Unset): Latest transaction day, itself included.
        transaction_date_start (None | str | Unset): Earliest transaction day, itself included.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | ListResidentPaymentsResponse]
    """

    kwargs = _get_kwargs(
        integration_id=integration_id,
        integration_vendor=integration_vendor,
        lease_id=lease_id,
        limit=limit,
        offset=offset,
        order_by=order_by,
        property_id=property_id,
        resident_id=resident_id,
        transaction_date_end=transaction_date_end,
        transaction_date_start=transaction_date_start,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    integration_id: str | Unset = UNSET,
    integration_vendor: IntegrationVendor | Unset = UNSET,
    lease_id: str | Unset = UNSET,
    limit: int | None | Unset = 100,
    offset: int | None | Unset = 0,
    order_by: str | Unset = "created_at:desc",
    property_id: str | Unset = UNSET,
    resident_id: str | Unset = UNSET,
    transaction_date_end: None | str | Unset = UNSET,
    transaction_date_start: None | str | Unset = UNSET,
) -> ErrorResponse | ListResidentPaymentsResponse | None:
    """List resident payments

     Payments on residents' ledgers: a partial, one-sided view.

    Args:
        integration_id (str | Unset): Propexo id of the integration.
        integration_vendor (IntegrationVendor | Unset): The property-management system behind the
            integration. Not a closed list: the reference site shows other names.
        lease_id (str | Unset): Propexo id of the lease.
        limit (int | None | Unset): Most rows to return, up to 250. Default: 100.
        offset (int | None | Unset): Rows to pass over. Default: 0.
        order_by (str | Unset): Field to sort by, optionally followed by :asc or :desc; several
            separated by commas. Default: 'created_at:desc'.
        property_id (str | Unset): Propexo id of the property.
        resident_id (str | Unset): Propexo id of the resident.
        transaction_date_end (None | str | Unset): Latest transaction day, itself included.
        transaction_date_start (None | str | Unset): Earliest transaction day, itself included.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | ListResidentPaymentsResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            integration_id=integration_id,
            integration_vendor=integration_vendor,
            lease_id=lease_id,
            limit=limit,
            offset=offset,
            order_by=order_by,
            property_id=property_id,
            resident_id=resident_id,
            transaction_date_end=transaction_date_end,
            transaction_date_start=transaction_date_start,
        )
    ).parsed

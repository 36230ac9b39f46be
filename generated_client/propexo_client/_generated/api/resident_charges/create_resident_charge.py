from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.create_resident_charge_request import CreateResidentChargeRequest
from ...models.create_resident_charge_response import CreateResidentChargeResponse
from ...models.error_response import ErrorResponse
from ...types import Response


def _get_kwargs(
    *,
    body: CreateResidentChargeRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/resident-charges/rentvine/",
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> CreateResidentChargeResponse | ErrorResponse | None:
    if response.status_code == 200:
        response_200 = CreateResidentChargeResponse.from_dict(response.json())

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
) -> Response[CreateResidentChargeResponse | ErrorResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateResidentChargeRequest,
) -> Response[CreateResidentChargeResponse | ErrorResponse]:
    """Create Resident Charge: Rentvine

     Queues a charge for a lease in Rentvine. The answer means queued, not booked: follow the job to its
    end. write-status then carries created_record_id.

    Args:
        body (CreateResidentChargeRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateResidentChargeResponse | ErrorResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: CreateResidentChargeRequest,
) -> CreateResidentChargeResponse | ErrorResponse | None:
    """Create Resident Charge: Rentvine

     Queues a charge for a lease in Rentvine. The answer means queued, not booked: follow the job to its
    end. write-status then carries created_record_id.

    Args:
        body (CreateResidentChargeRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateResidentChargeResponse | ErrorResponse
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: CreateResidentChargeRequest,
) -> Response[CreateResidentChargeResponse | ErrorResponse]:
    """Create Resident Charge: Rentvine

     Queues a charge for a lease in Rentvine. The answer means queued, not booked: follow the job to its
    end. write-status then carries created_record_id.

    Args:
        body (CreateResidentChargeRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[CreateResidentChargeResponse | ErrorResponse]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: CreateResidentChargeRequest,
) -> CreateResidentChargeResponse | ErrorResponse | None:
    """Create Resident Charge: Rentvine

     Queues a charge for a lease in Rentvine. The answer means queued, not booked: follow the job to its
    end. write-status then carries created_record_id.

    Args:
        body (CreateResidentChargeRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        CreateResidentChargeResponse | ErrorResponse
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed

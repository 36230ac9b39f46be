from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.error_response import ErrorResponse
from ...models.retry_write_request import RetryWriteRequest
from ...models.retry_write_response import RetryWriteResponse
from ...types import Response


def _get_kwargs(
    root_job_id: str,
    *,
    body: RetryWriteRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/admin/retry-write/{root_job_id}".format(
            root_job_id=quote(str(root_job_id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> ErrorResponse | RetryWriteResponse | None:
    if response.status_code == 200:
        response_200 = RetryWriteResponse.from_dict(response.json())

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
) -> Response[ErrorResponse | RetryWriteResponse]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    root_job_id: str,
    *,
    client: AuthenticatedClient,
    body: RetryWriteRequest,
) -> Response[ErrorResponse | RetryWriteResponse]:
    """Retry a write operation

     Queues a failed write once more, under a new job id.

    Args:
        root_job_id (str): The job id of the failed write.
        body (RetryWriteRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RetryWriteResponse]
    """

    kwargs = _get_kwargs(
        root_job_id=root_job_id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    root_job_id: str,
    *,
    client: AuthenticatedClient,
    body: RetryWriteRequest,
) -> ErrorResponse | RetryWriteResponse | None:
    """Retry a write operation

     Queues a failed write once more, under a new job id.

    Args:
        root_job_id (str): The job id of the failed write.
        body (RetryWriteRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RetryWriteResponse
    """

    return sync_detailed(
        root_job_id=root_job_id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    root_job_id: str,
    *,
    client: AuthenticatedClient,
    body: RetryWriteRequest,
) -> Response[ErrorResponse | RetryWriteResponse]:
    """Retry a write operation

     Queues a failed write once more, under a new job id.

    Args:
        root_job_id (str): The job id of the failed write.
        body (RetryWriteRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[ErrorResponse | RetryWriteResponse]
    """

    kwargs = _get_kwargs(
        root_job_id=root_job_id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    root_job_id: str,
    *,
    client: AuthenticatedClient,
    body: RetryWriteRequest,
) -> ErrorResponse | RetryWriteResponse | None:
    """Retry a write operation

     Queues a failed write once more, under a new job id.

    Args:
        root_job_id (str): The job id of the failed write.
        body (RetryWriteRequest):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        ErrorResponse | RetryWriteResponse
    """

    return (
        await asyncio_detailed(
            root_job_id=root_job_id,
            client=client,
            body=body,
        )
    ).parsed

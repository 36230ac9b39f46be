"""Deliveries as Propexo sends them, to test your own webhook handler."""

import json

from ..webhooks import SIGNATURE_HEADER, sign


def failure_webhook(
    job_id: str,
    secret: str,
    *,
    write_status: str = "FAILURE",
    errors: tuple[str, ...] = ("the lease ended",),
) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of the delivery that reports how the write `job_id` failed.

    `write_status` is FAILURE or PARTIAL_SUCCESS. Source: Propexo's guide "Webhooks".
    """
    event = "WRITE_OPERATION_FAILURE"
    data = {
        "event": event,
        "integration_id": "intg_1",
        "vendor": "RENTVINE",
        "root_job_id": job_id,
        "write_status": write_status,
        "errors": list(errors),
    }
    body = json.dumps({"trigger": event, "data": data}, separators=(",", ":")).encode()
    return body, {"content-type": "application/json", SIGNATURE_HEADER: sign(body, secret)}

from typing import Literal

WriteStatusWriteStatus = Literal["FAILURE", "PARTIAL_SUCCESS", "PENDING", "SUCCESS"]

WRITE_STATUS_WRITE_STATUS_VALUES: set[WriteStatusWriteStatus] = {
    "FAILURE",
    "PARTIAL_SUCCESS",
    "PENDING",
    "SUCCESS",
}


def check_write_status_write_status(value: str) -> WriteStatusWriteStatus:
    if value in WRITE_STATUS_WRITE_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WRITE_STATUS_WRITE_STATUS_VALUES!r}"
    )

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.write_status_write_status import (
    WriteStatusWriteStatus,
    check_write_status_write_status,
)

T = TypeVar("T", bound="WriteStatus")


@_attrs_define
class WriteStatus:
    created_record_id: None | str
    """ Id of the first record the job created; null when there is none or it is not known. It may belong to another
    kind of record than expected. """
    errors: list[str]
    write_status: WriteStatusWriteStatus
    """ SUCCESS: written. PARTIAL_SUCCESS: some of several steps were written. FAILURE: nothing was written.
    PENDING: not decided yet. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_record_id: None | str
        created_record_id = self.created_record_id

        errors = self.errors

        write_status: str = self.write_status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_record_id": created_record_id,
                "errors": errors,
                "write_status": write_status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_created_record_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        created_record_id = _parse_created_record_id(d.pop("created_record_id"))

        errors = cast(list[str], d.pop("errors"))

        write_status = check_write_status_write_status(d.pop("write_status"))

        write_status = cls(
            created_record_id=created_record_id,
            errors=errors,
            write_status=write_status,
        )

        write_status.additional_properties = d
        return write_status

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties

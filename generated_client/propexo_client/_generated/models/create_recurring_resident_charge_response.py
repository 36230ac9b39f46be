from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.create_recurring_resident_charge_response_meta import (
        CreateRecurringResidentChargeResponseMeta,
    )
    from ..models.create_recurring_resident_charge_response_result import (
        CreateRecurringResidentChargeResponseResult,
    )


T = TypeVar("T", bound="CreateRecurringResidentChargeResponse")


@_attrs_define
class CreateRecurringResidentChargeResponse:
    meta: CreateRecurringResidentChargeResponseMeta
    result: CreateRecurringResidentChargeResponseResult
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        meta = self.meta.to_dict()

        result = self.result.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "meta": meta,
                "result": result,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.create_recurring_resident_charge_response_meta import (
            CreateRecurringResidentChargeResponseMeta,  # noqa: PLC0415
        )
        from ..models.create_recurring_resident_charge_response_result import (
            CreateRecurringResidentChargeResponseResult,  # noqa: PLC0415
        )

        d = dict(src_dict)
        meta = CreateRecurringResidentChargeResponseMeta.from_dict(d.pop("meta"))

        result = CreateRecurringResidentChargeResponseResult.from_dict(d.pop("result"))

        create_recurring_resident_charge_response = cls(
            meta=meta,
            result=result,
        )

        create_recurring_resident_charge_response.additional_properties = d
        return create_recurring_resident_charge_response

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

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.allocation_custom_data_type_0 import AllocationCustomDataType0


T = TypeVar("T", bound="Allocation")


@_attrs_define
class Allocation:
    amount_in_cents: float | None
    """ Amount in cents; a credit reads back negative. """
    amount_raw: None | str
    """ Amount exactly as the property-management system wrote it. """
    created_at: str
    """ When Propexo first stored the record. """
    custom_data: AllocationCustomDataType0 | None
    financial_account_id: None | str
    """ Propexo id of the financial account. """
    id: str
    """ Propexo's own id of this record; opaque. """
    last_seen: None | str
    """ When the record was last present in Rentvine; null if never recorded. """
    resident_charge_id: None | str
    """ Propexo id of the charge settled by this allocation. """
    resident_payment_id: None | str
    """ Propexo id of the payment that settles. """
    updated_at: str
    """ When Propexo last changed its copy. """
    x_destination_id: None | str
    """ Id of the allocation's target inside the property-management system. """
    x_id: str
    """ The record's id inside the property-management system. """
    x_source_id: None | str
    """ Id of the allocation's source inside the property-management system. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.allocation_custom_data_type_0 import AllocationCustomDataType0  # noqa: PLC0415

        amount_in_cents: float | None
        amount_in_cents = self.amount_in_cents

        amount_raw: None | str
        amount_raw = self.amount_raw

        created_at = self.created_at

        custom_data: dict[str, Any] | None
        if isinstance(self.custom_data, AllocationCustomDataType0):
            custom_data = self.custom_data.to_dict()
        else:
            custom_data = self.custom_data

        financial_account_id: None | str
        financial_account_id = self.financial_account_id

        id = self.id

        last_seen: None | str
        last_seen = self.last_seen

        resident_charge_id: None | str
        resident_charge_id = self.resident_charge_id

        resident_payment_id: None | str
        resident_payment_id = self.resident_payment_id

        updated_at = self.updated_at

        x_destination_id: None | str
        x_destination_id = self.x_destination_id

        x_id = self.x_id

        x_source_id: None | str
        x_source_id = self.x_source_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount_in_cents": amount_in_cents,
                "amount_raw": amount_raw,
                "created_at": created_at,
                "custom_data": custom_data,
                "financial_account_id": financial_account_id,
                "id": id,
                "last_seen": last_seen,
                "resident_charge_id": resident_charge_id,
                "resident_payment_id": resident_payment_id,
                "updated_at": updated_at,
                "x_destination_id": x_destination_id,
                "x_id": x_id,
                "x_source_id": x_source_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.allocation_custom_data_type_0 import AllocationCustomDataType0  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_amount_in_cents(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        amount_in_cents = _parse_amount_in_cents(d.pop("amount_in_cents"))

        def _parse_amount_raw(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        amount_raw = _parse_amount_raw(d.pop("amount_raw"))

        created_at = d.pop("created_at")

        def _parse_custom_data(data: object) -> AllocationCustomDataType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                custom_data_type_0 = AllocationCustomDataType0.from_dict(data)

                return custom_data_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AllocationCustomDataType0 | None, data)

        custom_data = _parse_custom_data(d.pop("custom_data"))

        def _parse_financial_account_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        financial_account_id = _parse_financial_account_id(d.pop("financial_account_id"))

        id = d.pop("id")

        def _parse_last_seen(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        last_seen = _parse_last_seen(d.pop("last_seen"))

        def _parse_resident_charge_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resident_charge_id = _parse_resident_charge_id(d.pop("resident_charge_id"))

        def _parse_resident_payment_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        resident_payment_id = _parse_resident_payment_id(d.pop("resident_payment_id"))

        updated_at = d.pop("updated_at")

        def _parse_x_destination_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        x_destination_id = _parse_x_destination_id(d.pop("x_destination_id"))

        x_id = d.pop("x_id")

        def _parse_x_source_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        x_source_id = _parse_x_source_id(d.pop("x_source_id"))

        allocation = cls(
            amount_in_cents=amount_in_cents,
            amount_raw=amount_raw,
            created_at=created_at,
            custom_data=custom_data,
            financial_account_id=financial_account_id,
            id=id,
            last_seen=last_seen,
            resident_charge_id=resident_charge_id,
            resident_payment_id=resident_payment_id,
            updated_at=updated_at,
            x_destination_id=x_destination_id,
            x_id=x_id,
            x_source_id=x_source_id,
        )

        allocation.additional_properties = d
        return allocation

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateRecurringResidentChargeRequest")


@_attrs_define
class CreateRecurringResidentChargeRequest:
    amount_in_cents: int
    """ Amount in cents. """
    day_due: int
    """ Day of the month the charge falls due. """
    description: str
    """ Free text shown on the ledger. """
    financial_account_id: str
    """ Propexo id of the financial account. """
    integration_id: str
    """ Propexo id of the integration. """
    lease_id: str
    """ Propexo id of the lease. """
    start_date: str
    """ First day of the schedule. """
    end_date: str | Unset = UNSET
    """ Last day of the schedule. """
    frequency_raw: int | Unset = UNSET
    """ Months between two charges. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount_in_cents = self.amount_in_cents

        day_due = self.day_due

        description = self.description

        financial_account_id = self.financial_account_id

        integration_id = self.integration_id

        lease_id = self.lease_id

        start_date = self.start_date

        end_date = self.end_date

        frequency_raw = self.frequency_raw

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount_in_cents": amount_in_cents,
                "day_due": day_due,
                "description": description,
                "financial_account_id": financial_account_id,
                "integration_id": integration_id,
                "lease_id": lease_id,
                "start_date": start_date,
            }
        )
        if end_date is not UNSET:
            field_dict["end_date"] = end_date
        if frequency_raw is not UNSET:
            field_dict["frequency_raw"] = frequency_raw

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount_in_cents = d.pop("amount_in_cents")

        day_due = d.pop("day_due")

        description = d.pop("description")

        financial_account_id = d.pop("financial_account_id")

        integration_id = d.pop("integration_id")

        lease_id = d.pop("lease_id")

        start_date = d.pop("start_date")

        end_date = d.pop("end_date", UNSET)

        frequency_raw = d.pop("frequency_raw", UNSET)

        create_recurring_resident_charge_request = cls(
            amount_in_cents=amount_in_cents,
            day_due=day_due,
            description=description,
            financial_account_id=financial_account_id,
            integration_id=integration_id,
            lease_id=lease_id,
            start_date=start_date,
            end_date=end_date,
            frequency_raw=frequency_raw,
        )

        create_recurring_resident_charge_request.additional_properties = d
        return create_recurring_resident_charge_request

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

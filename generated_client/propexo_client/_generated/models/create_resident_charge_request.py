from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CreateResidentChargeRequest")


@_attrs_define
class CreateResidentChargeRequest:
    amount_in_cents: int
    """ Amount in cents. """
    description: str
    """ Free text shown on the ledger. """
    financial_account_id: str
    """ Propexo id of the financial account. """
    integration_id: str
    """ Propexo id of the integration. """
    lease_id: str
    """ Propexo id of the lease. """
    transaction_date: str
    """ Day the charge counts for. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount_in_cents = self.amount_in_cents

        description = self.description

        financial_account_id = self.financial_account_id

        integration_id = self.integration_id

        lease_id = self.lease_id

        transaction_date = self.transaction_date

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount_in_cents": amount_in_cents,
                "description": description,
                "financial_account_id": financial_account_id,
                "integration_id": integration_id,
                "lease_id": lease_id,
                "transaction_date": transaction_date,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount_in_cents = d.pop("amount_in_cents")

        description = d.pop("description")

        financial_account_id = d.pop("financial_account_id")

        integration_id = d.pop("integration_id")

        lease_id = d.pop("lease_id")

        transaction_date = d.pop("transaction_date")

        create_resident_charge_request = cls(
            amount_in_cents=amount_in_cents,
            description=description,
            financial_account_id=financial_account_id,
            integration_id=integration_id,
            lease_id=lease_id,
            transaction_date=transaction_date,
        )

        create_resident_charge_request.additional_properties = d
        return create_resident_charge_request

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

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.create_resident_payment_request_payment_type import (
    CreateResidentPaymentRequestPaymentType,
    check_create_resident_payment_request_payment_type,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateResidentPaymentRequest")


@_attrs_define
class CreateResidentPaymentRequest:
    amount_in_cents: int
    """ Amount in cents. """
    financial_account_id: str
    """ Propexo id of the financial account; must be a bank account. """
    integration_id: str
    """ Propexo id of the integration. """
    lease_id: str
    """ Propexo id of the lease. """
    payment_type: CreateResidentPaymentRequestPaymentType
    """ How the money was paid. """
    resident_id: str
    """ Propexo id of the primary resident, the only one who may receive payments. """
    send_email_receipt: bool
    """ Whether Rentvine mails the resident a receipt. """
    transaction_date: str
    """ Day the payment counts for. """
    description: str | Unset = UNSET
    """ Free text shown on the ledger. """
    reference_number: str | Unset = UNSET
    """ Reference number carried with the payment. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        amount_in_cents = self.amount_in_cents

        financial_account_id = self.financial_account_id

        integration_id = self.integration_id

        lease_id = self.lease_id

        payment_type: str = self.payment_type

        resident_id = self.resident_id

        send_email_receipt = self.send_email_receipt

        transaction_date = self.transaction_date

        description = self.description

        reference_number = self.reference_number

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "amount_in_cents": amount_in_cents,
                "financial_account_id": financial_account_id,
                "integration_id": integration_id,
                "lease_id": lease_id,
                "payment_type": payment_type,
                "resident_id": resident_id,
                "send_email_receipt": send_email_receipt,
                "transaction_date": transaction_date,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if reference_number is not UNSET:
            field_dict["reference_number"] = reference_number

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        amount_in_cents = d.pop("amount_in_cents")

        financial_account_id = d.pop("financial_account_id")

        integration_id = d.pop("integration_id")

        lease_id = d.pop("lease_id")

        payment_type = check_create_resident_payment_request_payment_type(d.pop("payment_type"))

        resident_id = d.pop("resident_id")

        send_email_receipt = d.pop("send_email_receipt")

        transaction_date = d.pop("transaction_date")

        description = d.pop("description", UNSET)

        reference_number = d.pop("reference_number", UNSET)

        create_resident_payment_request = cls(
            amount_in_cents=amount_in_cents,
            financial_account_id=financial_account_id,
            integration_id=integration_id,
            lease_id=lease_id,
            payment_type=payment_type,
            resident_id=resident_id,
            send_email_receipt=send_email_receipt,
            transaction_date=transaction_date,
            description=description,
            reference_number=reference_number,
        )

        create_resident_payment_request.additional_properties = d
        return create_resident_payment_request

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

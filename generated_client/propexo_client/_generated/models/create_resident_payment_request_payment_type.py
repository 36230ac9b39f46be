from typing import Literal

CreateResidentPaymentRequestPaymentType = Literal[
    "ACH", "CASH", "CASH_PAY", "CASHIER_CHECK", "CHECK", "CREDIT/DEBIT_CARD", "MONEY_ORDER", "OTHER"
]

CREATE_RESIDENT_PAYMENT_REQUEST_PAYMENT_TYPE_VALUES: set[
    CreateResidentPaymentRequestPaymentType
] = {
    "ACH",
    "CASH",
    "CASH_PAY",
    "CASHIER_CHECK",
    "CHECK",
    "CREDIT/DEBIT_CARD",
    "MONEY_ORDER",
    "OTHER",
}


def check_create_resident_payment_request_payment_type(
    value: str,
) -> CreateResidentPaymentRequestPaymentType:
    if value in CREATE_RESIDENT_PAYMENT_REQUEST_PAYMENT_TYPE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CREATE_RESIDENT_PAYMENT_REQUEST_PAYMENT_TYPE_VALUES!r}"
    )

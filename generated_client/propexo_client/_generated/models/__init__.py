"""Contains all the data models used in inputs/outputs"""

from .allocation import Allocation
from .allocation_custom_data_type_0 import AllocationCustomDataType0
from .create_recurring_resident_charge_request import (
    CreateRecurringResidentChargeRequest,
)
from .create_recurring_resident_charge_response import (
    CreateRecurringResidentChargeResponse,
)
from .create_recurring_resident_charge_response_meta import (
    CreateRecurringResidentChargeResponseMeta,
)
from .create_recurring_resident_charge_response_result import (
    CreateRecurringResidentChargeResponseResult,
)
from .create_resident_charge_request import CreateResidentChargeRequest
from .create_resident_charge_response import CreateResidentChargeResponse
from .create_resident_charge_response_meta import CreateResidentChargeResponseMeta
from .create_resident_charge_response_result import CreateResidentChargeResponseResult
from .create_resident_credit_request import CreateResidentCreditRequest
from .create_resident_credit_response import CreateResidentCreditResponse
from .create_resident_credit_response_meta import CreateResidentCreditResponseMeta
from .create_resident_credit_response_result import CreateResidentCreditResponseResult
from .create_resident_payment_request import CreateResidentPaymentRequest
from .create_resident_payment_request_payment_type import (
    CreateResidentPaymentRequestPaymentType,
)
from .create_resident_payment_response import CreateResidentPaymentResponse
from .create_resident_payment_response_meta import CreateResidentPaymentResponseMeta
from .create_resident_payment_response_result import CreateResidentPaymentResponseResult
from .error_response import ErrorResponse
from .error_response_error import ErrorResponseError
from .error_response_error_details import ErrorResponseErrorDetails
from .financial_account import FinancialAccount
from .financial_account_custom_data_type_0 import FinancialAccountCustomDataType0
from .get_financial_account_response import GetFinancialAccountResponse
from .get_recurring_resident_charge_response import GetRecurringResidentChargeResponse
from .get_resident_charge_response import GetResidentChargeResponse
from .get_resident_payment_response import GetResidentPaymentResponse
from .integration_vendor import IntegrationVendor
from .list_financial_accounts_response import ListFinancialAccountsResponse
from .list_recurring_resident_charges_response import (
    ListRecurringResidentChargesResponse,
)
from .list_resident_charges_response import ListResidentChargesResponse
from .list_resident_payments_response import ListResidentPaymentsResponse
from .page_meta import PageMeta
from .page_meta_order_by_item import PageMetaOrderByItem
from .recurring_resident_charge import RecurringResidentCharge
from .recurring_resident_charge_custom_data_type_0 import (
    RecurringResidentChargeCustomDataType0,
)
from .recurring_resident_charge_frequency_normalized_type_1 import (
    RecurringResidentChargeFrequencyNormalizedType1,
)
from .recurring_resident_charge_frequency_normalized_type_2_type_1 import (
    RecurringResidentChargeFrequencyNormalizedType2Type1,
)
from .recurring_resident_charge_frequency_normalized_type_3_type_1 import (
    RecurringResidentChargeFrequencyNormalizedType3Type1,
)
from .resident_charge import ResidentCharge
from .resident_charge_custom_data_type_0 import ResidentChargeCustomDataType0
from .resident_payment import ResidentPayment
from .resident_payment_custom_data_type_0 import ResidentPaymentCustomDataType0
from .retry_write_request import RetryWriteRequest
from .retry_write_response import RetryWriteResponse
from .write_status import WriteStatus
from .write_status_write_status import WriteStatusWriteStatus

__all__ = (
    "Allocation",
    "AllocationCustomDataType0",
    "CreateRecurringResidentChargeRequest",
    "CreateRecurringResidentChargeResponse",
    "CreateRecurringResidentChargeResponseMeta",
    "CreateRecurringResidentChargeResponseResult",
    "CreateResidentChargeRequest",
    "CreateResidentChargeResponse",
    "CreateResidentChargeResponseMeta",
    "CreateResidentChargeResponseResult",
    "CreateResidentCreditRequest",
    "CreateResidentCreditResponse",
    "CreateResidentCreditResponseMeta",
    "CreateResidentCreditResponseResult",
    "CreateResidentPaymentRequest",
    "CreateResidentPaymentRequestPaymentType",
    "CreateResidentPaymentResponse",
    "CreateResidentPaymentResponseMeta",
    "CreateResidentPaymentResponseResult",
    "ErrorResponse",
    "ErrorResponseError",
    "ErrorResponseErrorDetails",
    "FinancialAccount",
    "FinancialAccountCustomDataType0",
    "GetFinancialAccountResponse",
    "GetRecurringResidentChargeResponse",
    "GetResidentChargeResponse",
    "GetResidentPaymentResponse",
    "IntegrationVendor",
    "ListFinancialAccountsResponse",
    "ListRecurringResidentChargesResponse",
    "ListResidentChargesResponse",
    "ListResidentPaymentsResponse",
    "PageMeta",
    "PageMetaOrderByItem",
    "RecurringResidentCharge",
    "RecurringResidentChargeCustomDataType0",
    "RecurringResidentChargeFrequencyNormalizedType1",
    "RecurringResidentChargeFrequencyNormalizedType2Type1",
    "RecurringResidentChargeFrequencyNormalizedType3Type1",
    "ResidentCharge",
    "ResidentChargeCustomDataType0",
    "ResidentPayment",
    "ResidentPaymentCustomDataType0",
    "RetryWriteRequest",
    "RetryWriteResponse",
    "WriteStatus",
    "WriteStatusWriteStatus",
)

from typing import Literal

RecurringResidentChargeFrequencyNormalizedType3Type1 = Literal[
    "DAILY", "MONTHLY", "OTHER", "WEEKLY"
]

RECURRING_RESIDENT_CHARGE_FREQUENCY_NORMALIZED_TYPE_3_TYPE_1_VALUES: set[
    RecurringResidentChargeFrequencyNormalizedType3Type1
] = {
    "DAILY",
    "MONTHLY",
    "OTHER",
    "WEEKLY",
}


def check_recurring_resident_charge_frequency_normalized_type_3_type_1(
    value: str,
) -> RecurringResidentChargeFrequencyNormalizedType3Type1:
    if value in RECURRING_RESIDENT_CHARGE_FREQUENCY_NORMALIZED_TYPE_3_TYPE_1_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RECURRING_RESIDENT_CHARGE_FREQUENCY_NORMALIZED_TYPE_3_TYPE_1_VALUES!r}"
    )

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.page_meta_order_by_item import PageMetaOrderByItem


T = TypeVar("T", bound="PageMeta")


@_attrs_define
class PageMeta:
    order_by: list[PageMetaOrderByItem]
    has_more: bool | None | Unset = UNSET
    """ Whether a further page exists. """
    limit: int | Unset = UNSET
    """ Most rows on one page. """
    offset: int | Unset = UNSET
    """ Position of the first row. """
    total: int | Unset = UNSET
    """ How many rows match in all. """
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        order_by = []
        for order_by_item_data in self.order_by:
            order_by_item = order_by_item_data.to_dict()
            order_by.append(order_by_item)

        has_more: bool | None | Unset
        if isinstance(self.has_more, Unset):
            has_more = UNSET
        else:
            has_more = self.has_more

        limit = self.limit

        offset = self.offset

        total = self.total

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "orderBy": order_by,
            }
        )
        if has_more is not UNSET:
            field_dict["hasMore"] = has_more
        if limit is not UNSET:
            field_dict["limit"] = limit
        if offset is not UNSET:
            field_dict["offset"] = offset
        if total is not UNSET:
            field_dict["total"] = total

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.page_meta_order_by_item import PageMetaOrderByItem  # noqa: PLC0415

        d = dict(src_dict)
        order_by = []
        _order_by = d.pop("orderBy")
        for order_by_item_data in _order_by:
            order_by_item = PageMetaOrderByItem.from_dict(order_by_item_data)

            order_by.append(order_by_item)

        def _parse_has_more(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        has_more = _parse_has_more(d.pop("hasMore", UNSET))

        limit = d.pop("limit", UNSET)

        offset = d.pop("offset", UNSET)

        total = d.pop("total", UNSET)

        page_meta = cls(
            order_by=order_by,
            has_more=has_more,
            limit=limit,
            offset=offset,
            total=total,
        )

        page_meta.additional_properties = d
        return page_meta

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

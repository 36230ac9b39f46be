"""What a schema means, whatever its spelling."""

from collections.abc import Callable
from functools import cached_property
from itertools import chain
from typing import Any

from ...document.references import References, mapping, sequence, step
from ...document.schemas import map_subschemas
from .keywords import CONSTRAINTS, IDLE, Keywords
from .parts import (
    Part,
    Place,
    Union,
    further_unions,
    keep_one_union,
    parts,
    schemas_by_value,
    text,
    union_of,
)


class Shapes:
    """The shapes of one document as seen from one direction.

    `hidden` is the keyword whose properties do not travel in that direction (`readOnly` in a
    request).
    """

    def __init__(self, references: References, hidden: str) -> None:
        self.references = references
        self.hidden = hidden
        self._shapes: dict[tuple[bool, tuple[tuple[int, str], ...]], Shape] = {}
        self._forms: dict[tuple[tuple[str, ...], ...], Shape] = {}
        self.relations: dict[tuple[int, int], str] = {}

    def at(self, *places: Place, null: bool = True) -> "Shape":
        """Return the shape of the values that satisfy all of `places`, null apart if not `null`."""
        key = null, tuple((id(node), pointer) for node, pointer in places)
        if key not in self._shapes:
            pointer = places[0][1] if places else ""
            self._shapes[key] = Shape(self, self.parts(*places), pointer, null=null)
        return self._shapes[key]

    def parts(self, *places: Place) -> list[Part]:
        """Collect the written schemas that the values at all of `places` satisfy."""
        seen: set[tuple[int, bool]] = set()
        return [
            part
            for node, pointer in places
            for part in parts(self.references, node, pointer, False, seen)
        ]

    def of(self, found: list[Part], pointer: str) -> "Shape":
        """Return the shape of the values but null that satisfy `found`."""
        different = {(part.pointer, *part.schema): part for part in found}
        key = tuple(sorted(different))
        if key not in self._forms:
            self._forms[key] = Shape(self, [*different.values()], pointer, null=False)
        return self._forms[key]


class Shape(Keywords):
    """The set of values that a schema admits, in one normal form for all spellings.

    A schema with alternatives is its `forms`: everything else it says is part of each of them.
    """

    number: int
    """Equal for shapes that mean the same; set by `numbering.number` for a whole comparison."""

    def __init__(self, shapes: Shapes, found: list[Part], pointer: str, *, null: bool) -> None:
        """Take what is written; everything else is worked out when asked for."""
        super().__init__(keep_one_union(found), pointer)
        self.shapes = shapes
        self.null = null

    @cached_property
    def _union(self) -> Union | None:
        return union_of(self.shapes.references, self.parts)

    @cached_property
    def forms(self) -> "tuple[Shape, ...]":
        """The alternatives but null; those of an `anyOf` in an `anyOf` are alternatives too."""
        if not self._is_any_of:
            return self._branches
        found: list[Shape] = []
        seen: set[Shape] = {self}
        waiting = [*reversed(self._branches)]
        while waiting:
            form = waiting.pop()
            if form not in seen and form._is_any_of and not form.discriminator:
                waiting += reversed(form._branches)
            elif form not in seen:
                found.append(form)
            seen.add(form)
        return tuple(found)

    @property
    def _is_any_of(self) -> bool:
        return self._union is not None and self._union.keyword == "anyOf"

    @cached_property
    def _branches(self) -> "tuple[Shape, ...]":
        """The written alternatives but null, each with all that is written beside the union."""
        if self._union is None:
            return ()
        return tuple(self._form(place, self._union.beside) for place in self._union.places)

    def _form(self, place: Place, beside: list[Part]) -> "Shape":
        if not beside:
            return self.shapes.at(place, null=False)
        return self.shapes.of([*beside, *self.shapes.parts(place)], place[1])

    @cached_property
    def alternatives(self) -> "tuple[Shape, ...]":
        """The forms, or the shape itself, null apart, as its only one."""
        if self.forms or not self.nullable:
            return self.forms or (self,)
        twin = self.shapes.of(list(self.parts), self.pointer)
        # numbering a twin for each shape that admits null would cost a third more
        if not hasattr(twin, "number"):
            twin.number = -1 - self.number
        return (twin,)

    @property
    def is_exclusive(self) -> bool:
        """Whether a value must fit one of the forms only."""
        return self._union is not None and self._union.keyword == "oneOf"

    @cached_property
    def types(self) -> frozenset[str]:
        """The admitted types but null. `number` includes `integer`."""
        if self.forms:
            return frozenset(chain(*(form.types for form in self._last_forms())))
        return super().types

    @property
    def admits_all(self) -> bool:
        """Whether nothing at all is asked of a value, or of one that takes another form."""
        if self.forms:
            simple = (form for form in self.forms if not form.forms)
            return not self.is_exclusive and any(form.admits_all for form in simple)
        return super().admits_all

    def _last_forms(self) -> "list[Shape]":
        """Follow the forms to those that have none; they may come back to where they began."""
        found = dict.fromkeys(self.forms)
        waiting = list(found)
        while waiting:
            new = [form for form in waiting.pop().forms if form not in found]
            found |= dict.fromkeys(new)
            waiting += new
        return [form for form in found if not form.forms]

    @cached_property
    def nullable(self) -> bool:
        """Whether null is admitted."""
        return self.null and self._admits_null(frozenset())

    def _admits_null(self, above: "frozenset[Shape]") -> bool:
        """Look for null in the unions, but for those that lead back to a schema `above`."""
        waiting: list[Shape] = [self]
        seen: set[Shape] = {self, *above}
        while waiting:
            shape = waiting.pop()
            if not shape._parts_admit_null(above | {shape}):
                continue
            if shape._union is None or shape._union.has_null:
                return True
            new = {shape.shapes.at(place) for place in shape._union.places} - seen
            seen |= new
            waiting += new
        return False

    def _parts_admit_null(self, above: "frozenset[Shape]") -> bool:
        if not all("null" in part.types for part in self.parts):
            return False
        further = chain(*(further_unions(part) for part in self.parts))
        unions = [self.shapes.at(place) for place in further]
        return all(union not in above and union._admits_null(above) for union in unions)

    @property
    def is_nothing(self) -> bool:
        """Whether no value at all is admitted, as by the schema `false`."""
        return not self.types and not self.nullable

    @property
    def own(self) -> tuple[Part, ...]:
        """The parts whose limits count: none if there are forms, which have them all."""
        return () if self.forms else self.parts

    @cached_property
    def required(self) -> frozenset[str]:
        """The properties that must be there, as far as they travel in this direction."""
        names = chain(*(sequence(part.schema.get("required")) for part in self.own))
        return frozenset(name for name in names if isinstance(name, str)) - self._hidden_names

    @cached_property
    def _all_properties(self) -> "dict[str, Shape]":
        written = [mapping(part.schema.get("properties")) for part in self.own]
        return {str(name): self._property(name) for name in dict.fromkeys(chain(*written))}

    def _property(self, name: str) -> "Shape":
        places: list[Place] = []
        for schema, pointer in ((part.schema, part.pointer) for part in self.parts):
            if name in mapping(schema.get("properties")):
                places.append((schema["properties"][name], step(pointer, "properties", name)))
            elif "additionalProperties" in schema and "patternProperties" not in schema:
                extras = step(pointer, "additionalProperties")
                places.append((schema["additionalProperties"], extras))
        return self.shapes.at(*places)

    @cached_property
    def _hidden_names(self) -> frozenset[str]:
        hidden = self.shapes.hidden
        return frozenset(
            name
            for name, shape in self._all_properties.items()
            if any(part.schema.get(hidden) is True for part in shape.parts)
        )

    @cached_property
    def properties(self) -> "dict[str, Shape]":
        """The named properties that travel in this direction."""
        return {
            name: shape
            for name, shape in self._all_properties.items()
            if name not in self._hidden_names
        }

    def _below(self, keyword: str) -> "Shape":
        written = [part for part in self.own if isinstance(part.schema.get(keyword), dict | bool)]
        return self.shapes.at(
            *((part.schema[keyword], step(part.pointer, keyword)) for part in written)
        )

    @cached_property
    def items(self) -> "Shape":
        """The elements of an array."""
        return self._below("items")

    @cached_property
    def extras(self) -> "Shape":
        """The values of properties that are not named."""
        return self._below("additionalProperties")

    @cached_property
    def constraints(self) -> dict[str, list[Any]]:
        """The keywords that set inclusion has to judge, with a shape in place of each schema."""
        found: dict[str, list[Any]] = {}
        for keyword in CONSTRAINTS:
            for part in self.own:
                if keyword in part.schema and part.schema[keyword] != IDLE.get(keyword):
                    found.setdefault(keyword, []).append(self._shaped(keyword, part))
        return found

    def _shaped(self, keyword: str, part: Part) -> Any:
        place = step(part.pointer, keyword)
        written = {keyword: part.schema[keyword]}
        return map_subschemas(written, lambda child: self.shapes.at((child, place)))[keyword]

    @property
    def constraint_text(self) -> str:
        """What `constraints` say, as text that is equal where they mean the same."""
        return text(replace_shapes(self.constraints, lambda shape: shape.number))

    @cached_property
    def discriminator(self) -> frozenset[str]:
        """The properties whose values distinguish the alternatives."""
        written = (mapping(part.schema.get("discriminator")) for part in self.parts)
        return frozenset(str(each["propertyName"]) for each in written if each.get("propertyName"))

    @cached_property
    def by_value(self) -> "dict[str, Shape]":
        """The alternatives by the value of the discriminator that selects them."""
        found: dict[str, Shape] = {}
        for part in self.parts:
            for value, place in schemas_by_value(self.shapes.references, part).items():
                found.setdefault(value, self._selected(place))
        return dict(sorted(found.items()))

    def _selected(self, place: Place) -> "Shape":
        places = self._union.places if self._union else []
        for (branch, _), form in zip(places, self._branches, strict=True):
            if mapping(branch).get("$ref") == f"#{place[1]}":
                return form
        return self.shapes.at(place)


def replace_shapes(value: Any, write: Callable[[Shape], Any]) -> Any:
    """Copy a JSON value that has shapes in it, with `write` of each in its place."""
    if isinstance(value, Shape):
        return write(value)
    if isinstance(value, list):
        return [replace_shapes(item, write) for item in value]
    if isinstance(value, dict):
        return {key: replace_shapes(item, write) for key, item in value.items()}
    return value

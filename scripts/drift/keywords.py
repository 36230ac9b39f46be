"""The keywords of JSON Schema by the way they are compared."""

SIZES = {
    "minLength": "string", "maxLength": "string", "minItems": "array", "maxItems": "array",
    "minProperties": "object", "maxProperties": "object",
}  # fmt: skip
BOUNDS = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
ENCODINGS = ("contentEncoding", "contentMediaType", "contentSchema")
# Keywords without a rule of their own: whether they widened or narrowed is left to set inclusion.
CONSTRAINTS = (
    "multipleOf", "uniqueItems", "not", "if", "then", "else", "contains", "minContains",
    "maxContains", "prefixItems", "patternProperties", "propertyNames", "dependentRequired",
    "dependentSchemas", "dependencies", "unevaluatedItems", "unevaluatedProperties",
)  # fmt: skip
# Values with which a constraint says nothing.
IDLE = {"uniqueItems": False, "multipleOf": None, "minContains": 1}
_OTHERS = (
    "type", "enum", "const", "pattern", "format", "properties", "required", "additionalProperties",
    "items", "anyOf", "oneOf", "allOf", "nullable", "default", "deprecated", "discriminator",
    "readOnly", "writeOnly", "$ref", "$defs", "definitions", "$schema", "$id", "$anchor",
)  # fmt: skip
KNOWN = frozenset((*SIZES, *BOUNDS, *ENCODINGS, *CONSTRAINTS, *_OTHERS))

"""The contract suite: what the client sends and reads, checked against an OpenAPI document."""

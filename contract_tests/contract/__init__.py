"""The contract suite: what the client sends and reads, held against an OpenAPI document."""

"""The hand-written client: rules, flows and public surface, without a network."""

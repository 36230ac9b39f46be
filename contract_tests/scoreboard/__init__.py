"""Single changes to the pin, and which check notices each: the tests of the tests."""

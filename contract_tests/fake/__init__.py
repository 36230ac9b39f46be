"""Tests of the fake: it keeps to the contract, and fails just as planned."""

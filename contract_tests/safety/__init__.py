"""Tests that no credit is posted twice and none is lost, whatever the wire does."""

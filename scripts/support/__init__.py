"""Errors, files and progress, for every command."""

"""Tests of the client, of the pipeline that makes it, and of the contract they both keep."""

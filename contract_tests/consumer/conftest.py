"""The one line that brings the fixtures; where the wheel is installed, it is not needed."""

pytest_plugins = ["propexo_client.pytest_plugin"]

"""What leaves this project: manifests, wheels, and environments to try them in."""

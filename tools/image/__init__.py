"""Builds and runs the image and the compose files with Podman: `make test-image`."""

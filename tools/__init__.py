"""What the make targets run: demo, whole Airflow, measurements, checks, releases.

Run from the project's folder, with the sandbox on the path:
`PYTHONPATH=include .venv/bin/python -m tools.demo`. The package never imports from here.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder."""

"""Keeps Cobot (coworking spaces) and sevDesk (bookkeeping) in step, exactly once."""

__version__ = "0.1.0"

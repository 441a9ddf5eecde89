"""Measurements: parsing, requests, wall time, memory, faults; and a scheduler under load."""

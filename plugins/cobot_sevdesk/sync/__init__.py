"""Gather, decide, apply: what the tasks of a run do, over both clients and without Airflow."""

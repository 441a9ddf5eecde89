"""The steps of a run: domain decisions over both clients, without Airflow.

Each step reads afresh what it needs, so that it may be repeated at any time, alone.
"""

"""Cobot and sevDesk over HTTP; no Airflow in here."""

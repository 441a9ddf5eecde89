"""Airflow DAGs of cobot_sevdesk, from the space files of this repository."""

from cobot_sevdesk.dags import all_dags

globals().update(all_dags(beside=__file__))

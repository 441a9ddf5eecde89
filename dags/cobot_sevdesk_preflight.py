"""The Airflow DAG that checks every space beforehand."""

from cobot_sevdesk.dags import preflight_dags

globals().update(preflight_dags(beside=__file__))

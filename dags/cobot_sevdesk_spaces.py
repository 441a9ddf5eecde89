"""One Airflow DAG for each space file; a broken file stays visible as a red DAG."""

from cobot_sevdesk.dags import space_dags

globals().update(space_dags(beside=__file__))

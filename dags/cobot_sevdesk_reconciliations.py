"""One Airflow DAG for each space that compares both sides, monthly and by hand."""

from cobot_sevdesk.dags import reconcile_dags

globals().update(reconcile_dags(beside=__file__))

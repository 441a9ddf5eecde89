"""The Airflow DAG that checks every space beforehand."""

from cobot_sevdesk.dag_factory import build_preflight_dag

dag = build_preflight_dag()

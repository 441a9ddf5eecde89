"""One Airflow DAG for each space that compares both sides, monthly and by hand."""

from airflow.sdk import get_parsing_context

from cobot_sevdesk.config import SpaceConfig, load_space_configs
from cobot_sevdesk.dag_factory import build_reconcile_dag

wanted = get_parsing_context().dag_id

for space in load_space_configs():
    if isinstance(space, SpaceConfig) and wanted in {None, space.reconcile_dag_id}:
        globals()[space.reconcile_dag_id] = build_reconcile_dag(space)

"""One Airflow DAG for each space that compares both sides, monthly and by hand."""

from airflow.sdk import get_parsing_context

from cobot_sevdesk.config import RECONCILE_PREFIX, SpaceConfig, load_space_configs_for
from cobot_sevdesk.dag_factory import build_reconcile_dag

wanted = get_parsing_context()

for space in load_space_configs_for(wanted.dag_id, wanted.task_id, prefix=RECONCILE_PREFIX):
    if isinstance(space, SpaceConfig) and wanted.dag_id in {None, space.reconcile_dag_id}:
        globals()[space.reconcile_dag_id] = build_reconcile_dag(space)

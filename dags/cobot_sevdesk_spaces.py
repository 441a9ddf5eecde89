"""One Airflow DAG for each space file; a broken file stays visible as a red DAG."""

from airflow.sdk import get_parsing_context

from cobot_sevdesk.config import DAG_PREFIX, SpaceConfig, load_space_configs_for
from cobot_sevdesk.dag_factory import build_broken_dag, build_dag

wanted = get_parsing_context()

for space in load_space_configs_for(wanted.dag_id, wanted.task_id, prefix=DAG_PREFIX):
    if wanted.dag_id in {None, space.dag_id}:
        dag = build_dag(space) if isinstance(space, SpaceConfig) else build_broken_dag(space)
        globals()[dag.dag_id] = dag

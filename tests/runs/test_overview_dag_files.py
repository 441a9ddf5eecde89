"""The overview tells of DAG files that Airflow may soon give up."""

import pytest

LIMIT = "AIRFLOW__DAG_PROCESSOR__DAG_FILE_PROCESSOR_TIMEOUT"

pytestmark = pytest.mark.airflow


@pytest.mark.usefixtures("airflow_db")
def test_the_overview_tells_of_slow_files(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.models.dag import DagModel
    from airflow.models.dagbundle import DagBundleModel
    from airflow.utils.session import create_session

    from cobot_sevdesk.airflow.overview.spaces import find_slow_files

    took = {"slow": 26.0, "quick": 24.0, "unknown": None}
    ids = {f"cobot_sevdesk_of-{name}": name for name in took}
    with create_session() as session:
        session.add(DagBundleModel(name="slow-files"))
        session.flush()
        for dag_id, name in ids.items():
            model = DagModel(  # type: ignore[no-untyped-call]
                dag_id=dag_id, bundle_name="slow-files"
            )
            model.relative_fileloc, model.last_parse_duration = f"{name}.py", took[name]
            model.is_stale = False
            session.add(model)
        session.flush()
        told = [{"file": "slow.py", "seconds": 26, "limit": 50}]
        assert find_slow_files(session, set(ids)) == told
        assert find_slow_files(session, {"cobot_sevdesk_others"}) == []
        monkeypatch.setenv(LIMIT, "200")
        assert find_slow_files(session, set(ids)) == []
        session.rollback()

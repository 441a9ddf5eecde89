"""Everything that knows Airflow: DAGs, tasks, connections, XCom, pages."""

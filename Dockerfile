FROM apache/airflow:3.3.2-python3.12

USER airflow
COPY --chown=airflow:root requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.txt

COPY --chown=airflow:root dags/ ${AIRFLOW_HOME}/dags/
COPY --chown=airflow:root include/ ${AIRFLOW_HOME}/include/
COPY --chown=airflow:root plugins/ ${AIRFLOW_HOME}/plugins/

ENV AIRFLOW__CORE__LOAD_EXAMPLES=False

# A package that cannot be imported fails the build, not the first run. The import leaves an
# airflow.cfg with fresh keys behind, which must not become part of the image.
RUN PYTHONPATH=${AIRFLOW_HOME}/plugins AIRFLOW_HOME=/tmp/import \
    python -c "import cobot_sevdesk.dag_factory" \
    && rm -rf /tmp/import

# For Astro: --build-arg BASE=<an Astro Runtime 3.3 image whose name ends in -base>. Its user and group
# have the same numbers, its home another path.
ARG PYTHON=3.12
ARG BASE=apache/airflow:3.3.2-python${PYTHON}
FROM ${BASE}

# The image's user, in the group root.
USER 50000:0

COPY --chown=50000:0 requirements.txt /tmp/requirements.txt
RUN pip install --no-cache-dir --require-hashes --requirement /tmp/requirements.txt

COPY --chown=50000:0 dags/ ${AIRFLOW_HOME}/dags/
COPY --chown=50000:0 include/ ${AIRFLOW_HOME}/include/
COPY --chown=50000:0 plugins/ ${AIRFLOW_HOME}/plugins/

# Installed as well, so that Airflow finds the connection types by the package's entry point.
COPY --chown=50000:0 pyproject.toml README.md LICENSE /tmp/package/
COPY --chown=50000:0 plugins/cobot_sevdesk/ /tmp/package/plugins/cobot_sevdesk/
RUN pip install --no-cache-dir --no-deps /tmp/package && rm -rf /tmp/package

# A new volume takes over who owns the folder it covers.
RUN mkdir -p "${AIRFLOW_HOME}/reports" "${AIRFLOW_HOME}/locks"

ENV AIRFLOW__CORE__LOAD_EXAMPLES=False

# A package that cannot be imported fails the build, not the first run. What Airflow writes on the
# way, keys among it, must not become part of the image.
RUN export PYTHONPATH="${AIRFLOW_HOME}/plugins" \
    && AIRFLOW_HOME=/tmp/import python -c "import cobot_sevdesk.dags" \
    && rm -rf /tmp/import

# Scheduler, DAG processor and triggerer report to the database, the API server answers itself.
HEALTHCHECK --interval=60s --timeout=30s --start-period=60s --retries=3 CMD ["bash", "-c", \
    "curl --fail --silent --output /dev/null http://localhost:8080/api/v2/monitor/health || airflow jobs check --local"]

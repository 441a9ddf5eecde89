"""The space files: one YAML file per space, one DAG per file."""

from cobot_sevdesk.config.loading import (
    BROKEN_TASK,
    DAG_PREFIX,
    RECONCILE_PREFIX,
    BrokenConfig,
    configs_folder,
    load_space_config,
    load_space_configs,
    load_space_configs_for,
    other_sevdesk_connections,
)
from cobot_sevdesk.config.models import SpaceConfig

__all__ = [
    "BROKEN_TASK",
    "DAG_PREFIX",
    "RECONCILE_PREFIX",
    "BrokenConfig",
    "SpaceConfig",
    "configs_folder",
    "load_space_config",
    "load_space_configs",
    "load_space_configs_for",
    "other_sevdesk_connections",
]

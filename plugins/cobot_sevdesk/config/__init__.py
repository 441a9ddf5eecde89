"""The space files: one YAML file per space, one DAG per file."""

from cobot_sevdesk.config.loading import (
    BrokenConfig,
    configs_folder,
    load_space_config,
    load_space_configs,
    shares_sevdesk,
)
from cobot_sevdesk.config.models import SpaceConfig

__all__ = [
    "BrokenConfig",
    "SpaceConfig",
    "configs_folder",
    "load_space_config",
    "load_space_configs",
    "shares_sevdesk",
]

"""`make secrets`: the secrets that compose.yaml and compose.celery.yaml want, in ./secrets; existing ones stay."""

import secrets
import sys
from pathlib import Path

from cryptography.fernet import Fernet

FOLDER = Path(__file__).resolve().parents[1] / "secrets"


def main() -> int:
    """Write what is missing, readable for containers of this machine only."""
    made = {
        "postgres_password": secrets.token_urlsafe(32),
        "fernet_key": Fernet.generate_key().decode(),
        "jwt_secret": secrets.token_urlsafe(64),
        "redis_password": secrets.token_urlsafe(32),
    }
    FOLDER.mkdir(mode=0o755, exist_ok=True)
    for name, value in made.items():
        path = FOLDER / name
        if path.exists():
            print(f"{path.parent.name}/{name} is there already")
            continue
        path.write_text(value)
        # The image's user is another one than the owner of this file.
        path.chmod(0o644)
        print(f"{path.parent.name}/{name} made")
    return 0


if __name__ == "__main__":
    sys.exit(main())

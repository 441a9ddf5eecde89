"""`make secrets`: what both compose files want, in ./secrets; what is there stays."""

import secrets
import sys
from pathlib import Path

from cryptography.fernet import Fernet

from tools import ROOT

FOLDER = ROOT / "secrets"


def main() -> int:
    """Write what is missing, and say so."""
    for name, is_new in write_all(FOLDER).items():
        print(f"{FOLDER.name}/{name} {'made' if is_new else 'is there already'}")
    return 0


def write_all(folder: Path) -> dict[str, bool]:
    """Write what is missing, readable for containers; returns which secrets are new."""
    made = {
        "postgres_password": secrets.token_urlsafe(32),
        "fernet_key": Fernet.generate_key().decode(),
        "api_secret_key": secrets.token_urlsafe(32),
        "jwt_secret": secrets.token_urlsafe(64),
        "redis_password": secrets.token_urlsafe(32),
    }
    folder.mkdir(mode=0o755, exist_ok=True)
    is_new = {}
    for name, value in made.items():
        path = folder / name
        is_new[name] = not path.exists()
        if is_new[name]:
            path.write_text(value)
            # The image's user is another one than the owner of this file.
            path.chmod(0o644)
    return is_new


if __name__ == "__main__":
    sys.exit(main())

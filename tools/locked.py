"""Print one package of uv.lock with its hashes, as `pip install --require-hashes` reads it.

`python3 -m tools.locked uv`: so that uv itself, which reads the lock, comes from the lock too.
Needs nothing but Python's own library.
"""

import sys
import tomllib

from tools import ROOT


def requirement(name: str) -> str:
    """The line of one package, for any platform."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text("utf-8"))["package"]
    (found,) = (package for package in packages if package["name"] == name)
    hashes = [f"--hash={wheel['hash']}" for wheel in found["wheels"]]
    return " ".join([f"{name}=={found['version']}", *hashes])


if __name__ == "__main__":
    print(requirement(sys.argv[1]))

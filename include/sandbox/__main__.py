"""`python -m sandbox`: both servers, until Ctrl-C."""

import argparse

from sandbox.server import SandboxServer


def main() -> None:
    """Serve in the foreground."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--cobot-port", type=int, default=8701)
    parser.add_argument("--sevdesk-port", type=int, default=8702)
    parser.add_argument("--world", choices=("demo", "empty"), default="demo")
    chosen = parser.parse_args()
    server = SandboxServer(
        cobot_port=chosen.cobot_port, sevdesk_port=chosen.sevdesk_port, world=chosen.world
    )
    print(f"COBOT {server.cobot_url}", flush=True)
    print(f"SEVDESK {server.sevdesk_url}", flush=True)
    print(f"PAGE {server.page_url}", flush=True)
    server.run()


if __name__ == "__main__":
    main()

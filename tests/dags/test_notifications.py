"""Who is told what: each problem once when it appears, once when it is gone."""

import email.policy
import json
import re
import socket
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar

import pytest
import yaml
from aiosmtpd.controller import Controller
from airflow.sdk import BaseNotifier

from cobot_sevdesk.airflow.connections import open_account
from cobot_sevdesk.airflow.notifications import TOLD, tell_changes
from cobot_sevdesk.config import SpaceConfig, load_space_config
from cobot_sevdesk.config.models import NotificationConfig
from cobot_sevdesk.domain.problems import InvoiceRef, Problem, Reason
from support.spaces import SpaceFiles

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.airflow

PODCAST = Problem(
    Reason("CS-202", {"code": "Podcast", "target": "Podcast"}),
    invoices=(InvoiceRef("1", "R-1", date(2026, 1, 5), Decimal("9.00")),),
)


class Notebook(BaseNotifier):
    """A notifier that writes down what it is told."""

    template_fields = ("subject", "text")
    told: ClassVar[list[tuple[str, str]]] = []

    def __init__(self, subject: str, text: str) -> None:
        super().__init__()
        self.subject, self.text = subject, text

    def notify(self, context: Any) -> None:  # noqa: ARG002  as Airflow calls it
        self.told.append((self.subject, self.text))


class Broken(BaseNotifier):
    """A notifier whose service is away."""

    def notify(self, context: Any) -> None:  # noqa: ARG002  as Airflow calls it
        raise OSError("no mail server")


class FakeTask:
    """A task instance that remembers what was pushed, as Airflow does from run to run."""

    task_id = "report"

    def __init__(self) -> None:
        self.pushed: dict[str, Any] = {}

    def xcom_pull(self, *, task_ids: str, key: str, include_prior_dates: bool) -> Any:
        assert (task_ids, include_prior_dates) == ("report", True)
        return self.pushed.get(key)

    def xcom_push(self, key: str, value: Any) -> None:
        self.pushed[key] = value


def a_config(*notifiers: str) -> SpaceConfig:
    arguments = {"subject": "{{ problem_title }}", "text": "{{ problem_letter }}"}
    return SpaceConfig.model_validate(
        {
            "slug": "elbe-hub",
            "sync_from": "2026-01-01",
            "cobot": {"subdomain": "elbe-hub"},
            "notifications": [
                {
                    "notifier": f"{__name__}.{one}",
                    "arguments": arguments if one == "Notebook" else {},
                }
                for one in notifiers
            ],
        }
    )


def test_a_problem_is_told_when_it_appears_and_when_it_is_gone() -> None:
    Notebook.told.clear()
    context = {"ti": FakeTask()}
    config = a_config("Notebook")
    for problems in ([PODCAST], [PODCAST], [], []):
        tell_changes(context, config, problems)
    (appeared, letter), (gone, _) = Notebook.told
    assert appeared == "elbe-hub: CS-202 No booking account for accounting code Podcast"
    assert "R-1" in letter
    assert "What to do" in letter
    assert gone.startswith("elbe-hub: Solved: CS-202")


def test_a_notifier_that_fails_stops_nobody() -> None:
    Notebook.told.clear()
    task = FakeTask()
    tell_changes({"ti": task}, a_config("Broken", "Notebook"), [PODCAST])
    assert len(Notebook.told) == 1
    assert len(task.pushed[TOLD]) == 1


class Mailbox:
    """What a mail server took in."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        self.mails.append(message_from_bytes(envelope.content, policy=email.policy.default))
        return "250 OK"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server on this machine, known to Airflow as `smtp_default`."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": port}
    extra = {"disable_ssl": True, "disable_tls": True}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection | {"extra": extra}))
    yield box
    server.stop()


def documented_notifier() -> dict[str, Any]:
    """The example of docs/space-files.md, word for word."""
    page = (ROOT / "docs" / "space-files.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(notifications:.*?)```", page, re.DOTALL)
    found: dict[str, Any] = yaml.safe_load(example)["notifications"][0]
    return found


def test_the_documented_notifier_sends_two_mails_for_one_problem(mailbox: Mailbox) -> None:
    config = a_config().model_copy(
        update={"notifications": [NotificationConfig(**documented_notifier())]}
    )
    context = {"ti": FakeTask()}
    for problems in ([PODCAST], [PODCAST], []):
        tell_changes(context, config, problems)
    appeared, gone = mailbox.mails
    assert appeared["To"] == "support@example.com"
    assert appeared["Subject"] == "elbe-hub: CS-202 No booking account for accounting code Podcast"
    body = appeared.get_body()
    assert body is not None
    text = body.get_content()
    assert "R-1" in text
    assert "What to do" in text
    assert gone["Subject"].startswith("elbe-hub: Solved: CS-202")


def test_the_activity_feed_is_told_of_new_problems(
    spaces: Callable[..., SpaceFiles],
) -> None:
    space = spaces(cobot={"subdomain": "elbe-hub", "activity_feed": True}, language="de")
    config = load_space_config("elbe-hub", space.folder)
    context = {"ti": FakeTask()}
    for problems in ([PODCAST], [PODCAST], []):
        tell_changes(
            context,
            config,
            problems,
            open_account=lambda: open_account(config, space.folder, today=date(2026, 1, 10)),
        )
    (told,) = space.cobot.activities
    assert (told["level"], told["channels"], told["source_ids"]) == ("WARN", ["admin"], ["1"])
    assert told["text"].startswith("sevDesk: Kein Buchungskonto")

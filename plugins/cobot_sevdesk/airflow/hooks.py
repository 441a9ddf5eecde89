"""The hooks behind the connection types: what *Test connection* says, and clients for own DAGs."""

from typing import Any

from airflow.sdk import BaseHook

from cobot_sevdesk.airflow.connections import (
    cobot_api2,
    cobot_client,
    find_connection,
    sevdesk_client,
)
from cobot_sevdesk.airflow.versions import field_behaviour, form_widgets
from cobot_sevdesk.clients.cobot.access import find_spaces
from cobot_sevdesk.clients.cobot.client import CobotClient
from cobot_sevdesk.clients.sevdesk.client import SevdeskClient
from cobot_sevdesk.errors import CobotSevdeskError, CredentialsError
from cobot_sevdesk.provider import COBOT, SEVDESK

WRITES = "write_memberships is tried before the first contact is made"


# Each hook has its form's two methods in itself: Airflow 3.1 looks at no base class for them.


class CobotHook(BaseHook):
    """A connection to Cobot."""

    conn_name_attr = "cobot_conn_id"
    default_conn_name = "cobot_default"
    conn_type = "cobot"
    hook_name = "Cobot"

    @classmethod
    def get_connection_form_widgets(cls) -> dict[str, Any]:
        """The form's own fields, for Airflow 3.1."""
        return form_widgets(COBOT)

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """The form's common fields, for Airflow 3.1."""
        return field_behaviour(COBOT)

    def __init__(self, cobot_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self._id = cobot_conn_id

    def get_client(self, subdomain: str) -> CobotClient:
        """A client of one space.

        Raises:
            ConnectionConfigError: the connection is missing, or its address or token.
        """
        return cobot_client(find_connection(self._id), subdomain)

    def test_connection(self) -> tuple[bool, str]:
        """Whose token it is and which scopes it lacks; or what is wrong with it."""
        try:
            return self._test()
        except CredentialsError as error:
            return False, f"Cobot does not accept the access token (HTTP {error.status})"
        except CobotSevdeskError as error:
            return False, str(error)

    def _test(self) -> tuple[bool, str]:
        spaces = find_spaces(cobot_api2(find_connection(self._id)))
        if not spaces:
            return False, "The owner of the token is no admin of any space"
        missing = self.get_client(next(iter(spaces))).get_missing_scopes()
        if missing:
            return False, f"The token lacks the scopes {', '.join(missing)}"
        shown = ", ".join(f"{name} ({subdomain})" for subdomain, name in spaces.items())
        return True, f"Admin of {shown}. All scopes for reading are there; {WRITES}"


class SevdeskHook(BaseHook):
    """A connection to sevDesk."""

    conn_name_attr = "sevdesk_conn_id"
    default_conn_name = "sevdesk_default"
    conn_type = "sevdesk"
    hook_name = "sevDesk"

    @classmethod
    def get_connection_form_widgets(cls) -> dict[str, Any]:
        """The form's own fields, for Airflow 3.1."""
        return form_widgets(SEVDESK)

    @classmethod
    def get_ui_field_behaviour(cls) -> dict[str, Any]:
        """The form's common fields, for Airflow 3.1."""
        return field_behaviour(SEVDESK)

    def __init__(self, sevdesk_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self._id = sevdesk_conn_id

    def get_client(self) -> SevdeskClient:
        """A client of the account.

        Raises:
            ConnectionConfigError: the connection is missing, or its address or token.
        """
        return sevdesk_client(find_connection(self._id))

    def test_connection(self) -> tuple[bool, str]:
        """Bookkeeping version and chart of accounts; or what is wrong with it."""
        try:
            settings = self.get_client().settings
            version = settings.get_bookkeeping_version()
            if version.split(".", 1)[0] == "1":
                return False, f"Bookkeeping system {version}: only 2.0 takes vouchers from here"
            chart = settings.get_chart()
        except CredentialsError as error:
            return False, (
                f"sevDesk does not accept the API token (HTTP {error.status}), "
                "or the tariff has no API"
            )
        except CobotSevdeskError as error:
            return False, str(error)
        kind = chart.kind or "a chart of its own"
        told = f"Bookkeeping system {version}, {kind}, {len(chart.accounts)} revenue accounts"
        return True, told

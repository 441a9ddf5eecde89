"""What a script does that searches for each invoice: one after the other, no key, no repair.

Written for comparison. It repeats every request that fails, as many such scripts do.
"""

from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tools.bench.box import COBOT_TOKEN, SEVDESK_TOKEN, Addresses


def naive_run(where: Addresses, space_id: str) -> None:
    """One pass over all invoices of the month."""
    cobot, sevdesk = _session(f"Bearer {COBOT_TOKEN}"), _session(SEVDESK_TOKEN)
    cobot.headers["Accept"] = "application/vnd.api+json"
    guidance = sevdesk.get(f"{where.sevdesk}/ReceiptGuidance/forAllAccounts").json()["objects"]
    account = next(a["accountDatevId"] for a in guidance if a["accountNumber"] == "4400")
    page, url = 1, f"{where.cobot}/spaces/{space_id}/invoices"
    while page:
        query: dict[str, Any] = {"page[number]": page, "page[size]": 200}
        query |= {"filter[from]": "2026-01-01", "filter[to]": "2026-02-01"}
        answer = cobot.get(url, params=query).json()
        for invoice in answer["data"]:
            _voucher(where, cobot, sevdesk, invoice, account)
        page = page + 1 if answer["links"].get("next") else 0


def _session(authorization: str) -> requests.Session:
    session = requests.Session()
    session.headers["Authorization"] = authorization
    retry = Retry(total=3, allowed_methods=None, status_forcelist=[500, 503])
    session.mount("http://", HTTPAdapter(max_retries=retry))
    return session


def _voucher(
    where: Addresses,
    cobot: requests.Session,
    sevdesk: requests.Session,
    invoice: Any,
    account: int,
) -> None:
    """Search, PDF, upload, save, tag."""
    shown = invoice["attributes"]
    query = {"descriptionLike": shown["number"], "creditDebit": "D"}
    if sevdesk.get(f"{where.sevdesk}/Voucher", params=query).json()["objects"]:
        return
    pdf = cobot.get(f"{where.cobot}/invoices/{invoice['id']}.pdf").content
    upload = f"{where.sevdesk}/Voucher/Factory/uploadTempFile"
    sent = sevdesk.post(upload, files={"file": ("a.pdf", pdf, "application/pdf")}).json()
    body = _body(shown, account, sent["objects"]["filename"])
    saved = sevdesk.post(f"{where.sevdesk}/Voucher/Factory/saveVoucher", json=body).json()
    tagged = {"id": saved["objects"]["voucher"]["id"], "objectName": "Voucher"}
    tag = {"name": "Import", "object": tagged}
    sevdesk.post(f"{where.sevdesk}/Tag/Factory/create", json=tag)


def _body(shown: Any, account: int, filename: str) -> Any:
    voucher = {
        "objectName": "Voucher",
        "mapAll": True,
        "voucherDate": ".".join(reversed(shown["invoiceDate"].split("-"))),
        "description": shown["number"],
        "supplierName": "Ada",
        "status": 100,
        "taxRule": {"id": 1, "objectName": "TaxRule"},
        "creditDebit": "D",
        "voucherType": "VOU",
        "currency": "EUR",
    }
    position = {
        "objectName": "VoucherPos",
        "mapAll": True,
        "accountDatev": {"id": account, "objectName": "AccountDatev"},
        "taxRate": 19,
        "net": False,
        "sumGross": 11.9,
    }
    return {"voucher": voucher, "voucherPosSave": [position], "filename": filename}

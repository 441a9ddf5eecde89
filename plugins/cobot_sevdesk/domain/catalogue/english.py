"""The problem catalogue in English: code -> title, cause, remedy."""

ENGLISH = {
    # --- set-up of the space: holds up everything
    "CS-101": (
        "Cobot does not accept the access token",
        "Cobot answered that the access token of this space is wrong or was revoked.",
        "Ask an admin of the space for a new access token (Cobot: dev.cobot.me, OAuth2 clients). "
        "Put it into the field Access token (type HTTP: Password) of the Airflow connection {connection}, then clear this task.",
    ),
    "CS-102": (
        "The Cobot token lacks a permission",
        "Cobot refused {request}: the token lacks a scope, or its owner is no admin any more.",
        "Make a token with the scopes read_user, read_spaces, read_memberships, write_memberships, "
        "read_teams and read_invoices, and put it into the Airflow connection {connection}. Then clear this task.",
    ),
    "CS-103": (
        "The Cobot token cannot see the space {subdomain}",
        "The owner of the token is no admin of a space with the subdomain {subdomain}, or the space file states the id of another space.",
        "Check cobot.subdomain in the space file, and take cobot.space_id out; or let an admin of that space make the token. Then clear this task.",
    ),
    "CS-111": (
        "sevDesk does not accept the API token",
        "sevDesk answered that the API token is wrong; it dies with its user and when a new one is made.",
        "In sevDesk open Settings > Users, pick the administrator, copy the API token into the field API token "
        "(type HTTP: Password) of the Airflow connection {connection}. Then clear this task.",
    ),
    "CS-112": (
        "The sevDesk token lacks a permission",
        "sevDesk refused {request}: the user of the token may not do this, or the tariff has no API access.",
        "Use the token of an administrator, and check that the sevDesk tariff includes the API. Then clear this task.",
    ),
    "CS-113": (
        "sevDesk still runs bookkeeping system {version}",
        "Vouchers can be booked under bookkeeping system 2.0 only.",
        "Ask sevDesk's support to move the account to bookkeeping system 2.0. Then clear this task.",
    ),
    "CS-114": (
        "Cost centre {number} does not exist exactly once in sevDesk",
        "{found} cost centres in sevDesk have the number {number}; exactly one is needed.",
        "In sevDesk open Settings > Cost centres and give exactly one of them the number {number}, or "
        "correct vouchers.cost_centre in the space file. Then clear this task.",
    ),
    "CS-115": (
        "The Airflow connection {connection} is missing or incomplete",
        "{why}",
        "In Airflow open Admin > Connections, correct {connection}. Then clear this task.",
    ),
    # --- the invoice
    "CS-201": (
        "Lines without accounting code",
        "At least one line has no accounting code, so nobody knows the booking account.",
        "In Cobot open the invoice, give every line an accounting code (and the plan or product it came "
        "from, for the next time). Then clear this task.",
    ),
    "CS-202": (
        "No booking account for accounting code {code}",
        "sevDesk has no revenue account with the number or the name {target}.",
        "Correct the code in Cobot (Setup > Accounting Codes and on the invoice), or name the account "
        "for {code} under accounts: in the space file. Then clear this task.",
    ),
    "CS-203": (
        "Several booking accounts for accounting code {code}",
        "The code fits more than one account of sevDesk: {accounts}.",
        "Name the account's number for {code} under accounts: in the space file. Then clear this task.",
    ),
    "CS-204": (
        "Account {account} does not allow {rate} % under tax rule {rule}",
        "sevDesk would refuse this combination of booking account, tax rule and tax rate.",
        "Give the lines in Cobot a code whose account fits {rate} %, or ask the tax adviser which account "
        "and tax rule apply. Then clear this task.",
    ),
    "CS-205": (
        "Account {account} is not for revenue",
        "In sevDesk this booking account is for expenses only.",
        "Give the lines in Cobot a code whose account is for revenue. Then clear this task.",
    ),
    "CS-211": (
        "Lines need two tax rules ({rules})",
        "A sevDesk voucher has one tax rule, but the lines of the invoice need several.",
        "Split the invoice in Cobot, so that taxed and tax-free lines stand apart; or set tax.split_vouchers: true in "
        "the space file, then it becomes two vouchers (tax rules 1 to 5, 11 and 17 to 22); or book it by hand and name it under ignore_invoices:. Then clear this task.",
    ),
    "CS-212": (
        "Lines without tax, no tax rule for recipients of kind {recipient}",
        "The space file names no tax rule for lines without tax to such a recipient (private customers "
        "in other EU states never have one).",
        "Ask the tax adviser. Correct the tax in Cobot, add the recipient's VAT id there, or name the rule "
        "under tax.zero_rate: in the space file. Then clear this task.",
    ),
    "CS-213": (
        "Lines without tax, and the recipient's country is unknown",
        "Without the country nobody can tell which tax rule applies.",
        "In Cobot open the invoice and fill in the country of the recipient. Then clear this task.",
    ),
    "CS-214": (
        "Tax on an invoice of a small business",
        "The space file says small business (§19 UStG), but the invoice states tax.",
        "Correct the tax rate in Cobot, or tax.small_business in the space file. Then clear this task.",
    ),
    "CS-215": (
        "A line with several taxes",
        "sevDesk knows one tax rate for each position.",
        "In Cobot split the line so that each has one tax rate. Then clear this task.",
    ),
    "CS-221": (
        "Invoice in {currency}",
        "The space file books invoices in EUR only.",
        "In sevDesk book the invoice by hand and name it under ignore_invoices: in the space file; or set "
        "vouchers.foreign_currency: booked, then sevDesk converts it with the rate of its date. Then clear this task.",
    ),
    "CS-222": (
        "Invoice is canceled in Cobot",
        "Cobot says paid status canceled; whether it still counts cannot be told.",
        "Decide with the tax adviser; book it by hand or name it under ignore_invoices: in the space file.",
    ),
    "CS-223": (
        "Amounts of {invoice} contradict each other by {by} EUR",
        "Net, tax and gross of the lines do not add up to the total of the invoice.",
        "In Cobot open the invoice and correct its lines; if it looks right, send number and amounts to "
        "the operator. Then clear this task.",
    ),
    "CS-224": (
        "Invoice {invoice} cannot be read",
        "Cobot's answer is not understood: {field}.",
        "In Cobot open and save the invoice. If it stays so, send this text to the operator. Then clear this task.",
    ),
    "CS-225": (
        "Cobot delivers no PDF for invoice {invoice}",
        "{why}",
        "In Cobot open the invoice and download its PDF; if that works, clear this task.",
    ),
    "CS-226": (
        "Correction invoices are held back here",
        "The space file says vouchers.corrections: held_back.",
        "In sevDesk book the correction by hand and name the invoice under ignore_invoices: in the space file; "
        "or set vouchers.corrections: booked. Then clear this task.",
    ),
    # --- the voucher
    "CS-301": (
        "sevDesk holds another voucher for {invoice}",
        "A voucher that is not ours (id {vouchers}) carries the invoice number, with another date or amount.",
        "In sevDesk compare it with the invoice. If it is the same business, correct it there or name the "
        "invoice under ignore_invoices:; if not, change its description. Then clear this task.",
    ),
    "CS-302": (
        "sevDesk holds {invoice} more than once",
        "Several vouchers carry our key of this invoice: ids {vouchers}.",
        "In sevDesk delete the copies that are too many (reset to draft, delete), keep one. Then clear this task.",
    ),
    "CS-303": (
        "sevDesk refuses the voucher: {why}",
        "sevDesk checked the voucher and refused it. After three refusals, others of that month with the same "
        "tax rule and accounts wait here too, unless one of them, another in each run, is accepted.",
        "Correct what the message names (account, tax rule or date, closed period), then clear this task.",
    ),
    "CS-304": (
        "sevDesk computed {invoice} differently",
        "The voucher (id {voucher}) was saved, but sevDesk's answer says {got} EUR where {wanted} EUR were meant.",
        "In sevDesk compare voucher and PDF and correct the voucher. Then clear this task.",
    ),
    "CS-305": (
        "The voucher of {invoice} has no PDF",
        "The voucher (id {voucher}) is paid or locked, so the PDF cannot be attached any more.",
        "In sevDesk attach the invoice's PDF from Cobot by hand, then clear this task.",
    ),
    "CS-306": (
        "{service} could not be reached",
        "After several tries {service} gave no usable answer. Nothing is lost and nothing is doubled.",
        "Wait until {service} works again, then clear this task. The next scheduled run tries again by itself, too.",
    ),
    "CS-307": (
        "{count} new vouchers in one run, more than the safety stop of {most}",
        "So many at once may be a mistake: a wrong date range, a wrong sync_from. Nothing was booked.",
        "Look at the list below. If it is right, trigger the DAG for the same dates with Most new vouchers set to {count} "
        "or more, or raise vouchers.max_new_per_run in the space file; then clear this task.",
    ),
    "CS-308": (
        "{service} refuses a request",
        "{request}: {why}",
        "Check the connection's address and the services' status pages. If all is well there, send this text to the "
        "operator: the service may have changed. Then clear this task.",
    ),
    # --- the member
    "CS-401": (
        "sevDesk refuses the contact of member {member}: {why}",
        "sevDesk checked the contact and refused it. The member's invoices wait for it.",
        "In Cobot open the member, correct name, e-mail and address. Then clear this task.",
    ),
    "CS-402": (
        "Cobot does not take the customer number {number}",
        "The contact exists in sevDesk, but Cobot refused its number for the member: {why}.",
        "In Cobot open the member and look whether another member has the number {number}; correct that one. "
        "Then clear this task.",
    ),
    "CS-403": (
        "Several sevDesk contacts fit member {member}",
        "More than one contact ({contacts}) belongs to this member.",
        "In sevDesk merge or delete the contacts that are too many. Then clear this task.",
    ),
    "CS-404": (
        "Member {member} cannot be read",
        "Cobot's answer is not understood: {field}.",
        "In Cobot open and save the member. If it stays so, send this text to the operator. Then clear this task.",
    ),
    "CS-405": (
        "Cobot changed more than the customer number of member {member}",
        "After the number was written, these fields of the member had changed as well: {fields}. No more "
        "numbers are written in this run.",
        "In Cobot open the member and restore the fields. Tell the operator before anything else is cleared.",
    ),
    # --- the rest
    "CS-900": (
        "{count} more problems",
        "There are more problems than one run shows as boxes of their own; they are listed here.",
        "Repair what the list names, then clear this task.",
    ),
}

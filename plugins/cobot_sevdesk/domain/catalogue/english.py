"""The problem catalogue in English: code -> title, cause, remedy."""

ENGLISH = {
    # --- set-up of the space: holds up everything
    "CS-101": (
        "Cobot does not accept the access token",
        "Cobot answered that the access token of this space is wrong or was revoked.",
        "Ask an admin of the space for a new access token (Cobot: dev.cobot.me, OAuth2 clients). "
        "In Airflow open Admin > Connections > {connection}. Put the token into the field Access token "
        "(connection type HTTP: Password). Then clear this task.",
    ),
    "CS-102": (
        "The Cobot token lacks a permission",
        "Cobot refused a request of this task. The log names the request. Either the token lacks a scope, "
        "or its owner is no admin of the space any more.",
        "Ask an admin of the space for a token with the scopes read_user, read_spaces, read_memberships, "
        "write_memberships, read_teams and read_invoices. In Airflow put it into the connection {connection}. "
        "Then clear this task.",
    ),
    "CS-103": (
        "The Cobot token cannot see the space {subdomain}",
        "The owner of the token is no admin of a space with the subdomain {subdomain}. Or the space file "
        "states the id of another space.",
        "In the space file check cobot.subdomain, and take cobot.space_id out. If both are right, let an "
        "admin of that space make the token. Then clear this task.",
    ),
    "CS-104": (
        "Cobot lists invoices of another space",
        "The space file is about {subdomain}, but the invoices belong to the space with the id {space}.",
        "In the space file check cobot.subdomain, and take cobot.space_id out. Then clear this task.",
    ),
    "CS-105": (
        "The Cobot token lacks the scopes {scopes}",
        "The preflight tried each scope with a small request.",
        "Ask an admin of the space for a token with the scopes read_user, read_spaces, read_memberships, "
        "write_memberships, read_teams and read_invoices. In Airflow put it into the connection {connection}. "
        "Then clear this task.",
    ),
    "CS-111": (
        "sevDesk does not accept the API token",
        "sevDesk answered that the API token is wrong. A token ends when its user is deleted, and when "
        "somebody makes a new one.",
        "In sevDesk open Settings > Users, pick the administrator and copy the API token. In Airflow open "
        "Admin > Connections > {connection}. Put the token into the field API token (connection type HTTP: "
        "Password). Then clear this task.",
    ),
    "CS-112": (
        "The sevDesk token lacks a permission",
        "sevDesk refused a request of this task. The log names the request. Either the user of the token may "
        "not do this, or the sevDesk tariff has no API.",
        "Use the token of an administrator in the Airflow connection {connection}. Check that the sevDesk "
        "tariff includes the API. Then clear this task.",
    ),
    "CS-113": (
        "sevDesk still runs bookkeeping system {version}",
        "Vouchers can be booked under bookkeeping system 2.0 only.",
        "Ask sevDesk's support to move the account to bookkeeping system 2.0. Then clear this task.",
    ),
    "CS-114": (
        "Cost centre {number} does not exist exactly once in sevDesk",
        "sevDesk has {found} cost centres with the number {number}. Exactly one is needed.",
        "In sevDesk open Settings > Cost centres and give exactly one of them the number {number}. Or "
        "correct vouchers.cost_centre in the space file. Then clear this task.",
    ),
    "CS-115": (
        "The Airflow connection {connection} is missing or wrong",
        "{why}",
        "In Airflow open Admin > Connections and correct {connection}. Then clear this task.",
    ),
    "CS-120": (
        "An assumption about {service} does not hold: {assumed}",
        "The proof found something else (assumption {id}): {observed}.",
        "{to_do} Then clear this task: it proves again. What each assumption means stands in "
        "docs/assumptions.md.",
    ),
    "CS-121": (
        "The DAG file of {spaces} spaces takes {seconds} of {limit} seconds",
        "Airflow gives up a DAG file that takes longer. Then every space of the file vanishes from Airflow, "
        "and nothing is booked.",
        "Split the DAG file into parts, or raise Airflow's limit: docs/roles/operator.md says how, under Many "
        "spaces. Then clear this task.",
    ),
    "CS-130": (
        "Overdue: the scheduled runs due since {day} have not ended",
        "The DAG {dag} is switched on, and its schedule was due twice. Neither run has ended: one of them "
        "hangs, or Airflow did not start them.",
        "In Airflow open the DAG {dag}. If a task of it runs for hours, open its log, choose Mark failed and "
        "then clear it. If there is no such run, tell the operator: scheduler and DAG processor have to run. "
        "Then clear this task.",
    ),
    # --- the invoice
    "CS-201": (
        "Lines without accounting code",
        "At least one line of the invoice has no accounting code, so its booking account is not known.",
        "In Cobot open the invoice and give every line an accounting code. Give it to the plan or product, "
        "too, so that the next invoice has it. Then clear this task.",
    ),
    "CS-202": (
        "No booking account for accounting code {code}",
        "sevDesk has no revenue account with the number or the exact name {target}.",
        "In Cobot correct the code, under Setup > Accounting Codes and on the invoice. Or name the account's "
        "number for {code} under accounts: in the space file. Then clear this task.",
    ),
    "CS-203": (
        "Several booking accounts for accounting code {code}",
        "The code fits more than one account of sevDesk: {accounts}. Many accounts of a chart share one name.",
        "Ask the tax adviser which account is meant. Name its number for {code} under accounts: in the space "
        "file. Then clear this task.",
    ),
    "CS-204": (
        "Account {account} does not allow {rate} % under tax rule {rule}",
        "sevDesk would refuse this combination of booking account, tax rule and tax rate.",
        "Ask the tax adviser which account and tax rule apply. In Cobot give the lines a code whose account "
        "allows {rate} %, or correct the tax rate. Then clear this task.",
    ),
    "CS-205": (
        "Account {account} is not for revenue",
        "In sevDesk this booking account is for expenses only.",
        "In Cobot give the lines a code whose account is for revenue. Then clear this task.",
    ),
    "CS-211": (
        "Lines need two tax rules ({rules})",
        "A sevDesk voucher has one tax rule, but the lines of this invoice need several.",
        "In Cobot split the invoice, so that taxed and tax-free lines stand apart. Or set tax.split_vouchers: true "
        "in the space file: the invoice becomes two vouchers (tax rules 1 to 5, 11 and 17 to 22). Or book it by "
        "hand in sevDesk and name it under ignore_invoices: in the space file. Then clear this task.",
    ),
    "CS-212": (
        "No tax rule for lines without tax ({recipient})",
        "The space file names no tax rule for lines without tax to such a recipient. For private customers in "
        "other EU states there is never one.[ A business in another EU state needs a VAT id: here it is "
        "{tax_id_problem}.][ Cobot says: {tax_id}.]",
        "Ask the tax adviser. In Cobot correct the tax of the lines or the recipient's VAT id, or name the "
        "rule under tax.zero_rate: in the space file. Then clear this task.",
    ),
    "CS-213": (
        "Lines without tax, and the recipient's country is unknown",
        "Without the country nobody can tell which tax rule applies.",
        "In Cobot open the invoice and fill in the country of the recipient. Then clear this task.",
    ),
    "CS-214": (
        "Tax on an invoice of a small business",
        "The space file says small business (§19 UStG) for this date, but the invoice states tax.",
        "Ask the tax adviser. Correct the tax rate in Cobot, or tax.small_business in the space file. Then "
        "clear this task.",
    ),
    "CS-215": (
        "A line with several taxes",
        "sevDesk knows one tax rate for each position.",
        "In Cobot split the line so that each line has one tax rate. Then clear this task.",
    ),
    "CS-221": (
        "Invoice in {currency}",
        "The space file books invoices in EUR only.",
        "Book the invoice by hand in sevDesk and name it under ignore_invoices: in the space file. Or set "
        "vouchers.foreign_currency: booked there: sevDesk then converts it with the rate of its date. Then "
        "clear this task.",
    ),
    "CS-222": (
        "Invoice is canceled in Cobot",
        "Cobot states the paid status canceled. Whether the invoice still counts cannot be seen.",
        "Decide with the tax adviser. If it counts, book it by hand in sevDesk. In both cases name it under "
        "ignore_invoices: in the space file. Then clear this task.",
    ),
    "CS-223": (
        "Amounts of {invoice} contradict each other by {by} EUR",
        "Net, tax and gross of the lines do not add up to the total of the invoice.",
        "In Cobot open the invoice and correct its lines. If it looks right, send its number and amounts to "
        "the operator. Then clear this task.",
    ),
    "CS-224": (
        "Invoice {invoice} cannot be read",
        "Cobot's answer about this invoice is not understood: {field}[: expected {expected}].",
        "In Cobot open the invoice and save it, then clear this task. If it is red again, send this text to "
        "the operator.",
    ),
    "CS-225": (
        "Cobot delivers no PDF for invoice {invoice}",
        "Cobot has no PDF of the invoice, or what it sent is none.",
        "In Cobot open the invoice and download its PDF. If that works, clear this task. If it does not, ask "
        "Cobot's support.",
    ),
    "CS-226": (
        "Correction invoices are held back here",
        "The space file says vouchers.corrections: held_back.",
        "Book the correction by hand in sevDesk and name the invoice under ignore_invoices: in the space file. "
        "Or set vouchers.corrections: booked there. Then clear this task.",
    ),
    "CS-227": (
        "sevDesk cannot read the PDF of {invoice}",
        "sevDesk refused the document twice ({answer}).",
        "In Cobot open the invoice and look at its PDF. If it is damaged, save the invoice again. Then clear "
        "this task.",
    ),
    # --- the voucher
    "CS-301": (
        "sevDesk holds another voucher for {invoice}",
        "Somebody else's voucher (id {vouchers}) carries the invoice number. But date, gross and recipient "
        "are not all those of this invoice, or several invoices fit it.",
        "In sevDesk compare the voucher with the invoice. If it is the same business, correct its date, gross "
        "or recipient there, or name the invoice under ignore_invoices: in the space file. If it is another "
        "business, name the voucher under ignore_vouchers: there. Then clear this task.",
    ),
    "CS-302": (
        "sevDesk holds {invoice} more than once",
        "Several vouchers carry our key of this invoice: ids {vouchers}.",
        "In sevDesk keep one of them. Delete the others: reset each to draft, then delete it. Then clear this "
        "task.",
    ),
    "CS-303": (
        "sevDesk refuses the voucher ({answer})",
        "sevDesk checked the voucher and refused it. After three refusals, other invoices of that month with "
        "the same tax rule and accounts wait here, too. Each run tries others of them first.",
        "Look up sevDesk's words in the log of push_vouchers, or in this log if the task was cleared. Correct "
        "what they name: account, tax rule, date or a closed period. Then clear this task.",
    ),
    "CS-304": (
        "sevDesk holds {invoice} otherwise than it was sent",
        "The voucher (id {voucher}) differs in: {fields}. Nothing more is booked for this space until a person "
        "has looked.",
        "In sevDesk compare the voucher with the invoice. If the voucher is wrong, correct it there. If it is "
        "right as it is, give it the tag Import by hand. Then clear this task. If another voucher differs, "
        "too, tell the operator: sevDesk may have changed.",
    ),
    "CS-305": (
        "The voucher of {invoice} has no PDF",
        "The voucher (id {voucher}) is paid or locked, so the PDF cannot be attached any more.",
        "Download the invoice's PDF from Cobot and attach it to the voucher in sevDesk by hand. If sevDesk "
        "does not allow that, give the voucher the tag Import by hand. Then clear this task.",
    ),
    "CS-306": (
        "{service} could not be reached",
        "{service} gave no usable answer after several tries (last: {answer}). Nothing is lost and nothing is "
        "doubled.",
        "Wait until {service} works again, then clear this task. The next scheduled run tries again by itself, "
        "too.",
    ),
    "CS-307": (
        "{count} new vouchers in one run: the safety stop is {most}",
        "So many at once may be a mistake, such as a wrong date range or a wrong sync_from. Nothing was booked.",
        "Look at the list below. If it is wrong, correct the dates or sync_from. If it is right, trigger the "
        "DAG for the same dates with Most new vouchers set to {count} or more, or raise "
        "vouchers.max_new_per_run in the space file. Then clear this task.",
    ),
    "CS-308": (
        "{service} refuses a request",
        "{service} answered: {answer}. The log quotes its words.",
        "Check the address in the Airflow connection, and the status page of {service}. Then clear this task. "
        "If it is red again, send this text to the operator: {service} may have changed.",
    ),
    "CS-309": (
        "A task of this run failed: {tasks}",
        "The task failed for a reason that no letter covers. Its work is still to be done.",
        "Open the log of {tasks}. If a service was away, wait until it works again. Then clear that task with "
        "Downstream ticked. If it fails again, send its log to the operator.",
    ),
    "CS-310": (
        "{invoice} may have been issued anew",
        "Our voucher (id {vouchers}) carries the same number, but its invoice is not in Cobot any more. Both "
        "may be the same turnover.",
        "In sevDesk compare that voucher with the invoice. If both are the same turnover, reset the voucher to "
        "draft and delete it. If it cannot be deleted, name the invoice under ignore_invoices: in the space "
        "file. If they are two turnovers, take the number out of the old voucher's description, but leave the "
        "key behind COBOT there. Then clear this task.",
    ),
    "CS-311": (
        "Another run is writing for this space",
        "This task waited for half an hour.",
        "Wait until the other run has ended, then clear this task. If no other run is at work, tell the "
        "operator.",
    ),
    "CS-312": (
        "The lock file of this space cannot be used",
        "It is {path}. {why} Without it two runs could write at the same time, so nothing is written.",
        "Look at the file and at its folder, on the machine on which the task ran. Where the folder is, says "
        "COBOT_SEVDESK_LOCKS. Then clear this task.",
    ),
    # --- the member
    "CS-401": (
        "sevDesk refuses the contact of member {member} ({answer})",
        "sevDesk checked the contact and refused it. The log of sync_members quotes its words. The member's "
        "invoices wait.",
        "In Cobot open the member and correct name and company. Then clear this task.",
    ),
    "CS-402": (
        "Cobot does not take the customer number {number}",
        "The contact exists in sevDesk, but Cobot refused its number for the member ({answer}).",
        "In Cobot look for another member with the number {number}, and change or empty the number there. Then "
        "clear this task.",
    ),
    "CS-403": (
        "Several sevDesk contacts fit member {member}",
        "More than one contact ({contacts}) belongs to this member.",
        "In sevDesk keep one of them. Merge or delete the others. Then clear this task.",
    ),
    "CS-404": (
        "Member {member} cannot be read",
        "Cobot's answer about this member is not understood: {field}[: expected {expected}].",
        "In Cobot open the member and save it, then clear this task. If it is red again, send this text to the "
        "operator.",
    ),
    "CS-405": (
        "Cobot lost other fields when a customer number was written",
        "Cobot emptied fields of a member that the update did not name. No more numbers are written. The "
        "members below lack their number, or lost fields.",
        "Restore the lost fields in Cobot: the log of sync_members names the values, and the member's contact "
        "in sevDesk shows e-mail, phone and address. Against the next loss, set cobot.write_numbers: false in "
        "the space file, or let the operator change membership_update_method of the Cobot connection. Then "
        "clear this task.",
    ),
    "CS-406": (
        "sevDesk refuses e-mail, phone or address of member {member} ({answer})",
        "The contact exists, and the member's invoices are booked. sevDesk refused a part of it. The log of "
        "sync_members quotes its words.",
        "In Cobot open the member and correct e-mail, phone and address. Then clear this task.",
    ),
    # --- the rest
    "CS-900": (
        "{count} more problems",
        "One run shows 1,000 problems as red tasks of their own. The others are listed here.",
        "Look up each code of the list in docs/problems.md and do what it says there. Then clear this task.",
    ),
}

ENGLISH_REMARKS = {
    "skip.ignored": "named in ignore_invoices: {reason}",
    "skip.before_go_live": "dated before sync_from ({day})",
    "skip.future": "dated in the future",
    "skip.zero": "total of zero",
    "skip.deleted": "deleted in Cobot",
    "skip.unlisted": "without id, and not in Cobot's list any more; the next run looks at what is there",
    "by_hand": "booked by hand as voucher {voucher}",
    "edit.canceled": "canceled",
    "edit.number": "number changed",
    "edit.date": "date {before} -> {now}",
    "edit.gross": "gross {before} -> {now}",
    "edit.net": "net {before} -> {now}",
    "edit.lines": "lines changed",
    "edit.recipient": "recipient changed",
    "edit.unreadable": "cannot be read: {field}[, expected {expected}]",
    "edit.gone": "not in Cobot on this date any more: deleted, or given another date",
    "finding.gap": "not in Cobot, or not any more",
    "finding.missing": "{amount} of {day}: never booked, or deleted in sevDesk",
    "finding.differs": "{fields} {there} instead of {here}",
    "finding.account": "account {account} at {rate} %: {there} instead of {here} EUR",
    "finding.no_import": "without the tag Import",
    "finding.no_document": "without PDF",
    "finding.no_contact": "no similar contact is known",
    "finding.likely_contacts": "likely the contact with customer number {numbers}",
    "finding.similar_contacts": "close in name or number: the contact with customer number {numbers}",
}

ENGLISH_WORDS = {
    "no_answer": "no answer",
    "nothing": "nothing",
    "gross": "gross",
    "net": "net",
    "date": "date",
    "delivery_date": "delivery date",
    "deadline": "due date",
    "tax_rule": "tax rule",
    "status": "status",
    "currency": "currency",
    "cost_centre": "cost centre",
    "contact": "contact",
    "positions": "positions",
    "description": "description",
    "recipient": "name of the recipient",
    "side": "revenue or expense",
    "domestic": "domestic",
    "eu_business": "business in another EU state",
    "eu_private": "private customer in another EU state",
    "third_country": "outside of the EU",
    "missing": "missing",
    "malformed": "not well-formed",
    "other_state": "of another state",
    "number": "number",
    "kind.missing": "Missing in sevDesk",
    "kind.held_back": "Held back",
    "kind.doubled": "Doubled in sevDesk",
    "kind.extra": "In sevDesk, but not in Cobot, or not any more",
    "kind.differs": "Differs: changed later in Cobot or in sevDesk",
    "kind.unfinished": "Unfinished in sevDesk",
    "kind.mismatch": "Without contact (Mismatch)",
    "kind.no_document": "Without document",
    "kind.gap": "Gap in the invoice numbers",
    "kind.booked_by_hand": "Booked by hand or by others",
    "kind.skipped": "Not to be booked",
    "assumed.C-07": "API 1 answers below the subdomain",
    "assumed.C-21": "an update keeps the fields that it leaves out",
    "assumed.S-25": "lists show in time what was made",
    "assumed.S-32": "a contact that no voucher names can be deleted",
    "assumed.S-41": "what is sent is saved",
    "assumed.S-42": "a voucher may have a negative sum",
    "assumed.S-43": "a draft can be deleted",
    "assumed.S-47": "attaching a document changes neither status nor sums",
    "set.v1_base_url": "In the Airflow connection to Cobot set v1_base_url to the address that API 1 leads to.",
    "set.write_numbers": "In the space file set cobot.write_numbers: false, and compare the member that was tried with the log.",
    "set.settle_seconds": "Do not switch the space on yet. Find out with sevDesk's support how long its lists lag. In the Airflow connection to sevDesk set settle_seconds to a tenth of those seconds.",
    "set.delete_by_hand": "In sevDesk delete by hand what the log and the report list.",
    "set.do_not_start": "Do not switch the space on. Send the report of the proof to the maintainers of this package.",
    "set.corrections": "In the space file set vouchers.corrections: held_back, and book corrections by hand.",
}

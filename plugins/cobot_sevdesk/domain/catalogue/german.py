"""The problem catalogue in German: code -> title, cause, remedy."""

GERMAN = {
    # --- Einrichtung des Space: hält alles auf
    "CS-101": (
        "Cobot nimmt den Access Token nicht an",
        "Laut Cobot ist der Access Token dieses Space falsch oder widerrufen.",
        "Bitten Sie einen Admin des Space um einen neuen Access Token (dev.cobot.me, OAuth2 clients). Der Betrieb trägt ihn in die Airflow-Verbindung {connection} ein, in das Feld Access token (Typ HTTP: Passwort). Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-102": (
        "Dem Access Token von Cobot fehlt ein Recht",
        "Cobot hat eine Anfrage dieser Aufgabe abgelehnt. Dem Token fehlt ein Scope, oder sein Besitzer ist kein Admin mehr. Das Log nennt die Anfrage.",
        "Lassen Sie einen Admin des Space einen Token mit diesen Scopes erzeugen: read_user, read_spaces, read_memberships, write_memberships, read_teams, read_invoices. Der Betrieb trägt ihn in die Airflow-Verbindung {connection} ein. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-103": (
        "Der Access Token sieht den Space {subdomain} nicht",
        "Der Besitzer des Tokens ist kein Admin eines Space mit der Subdomain {subdomain}. Oder die Space-Datei nennt die Id eines anderen Space.",
        "Lassen Sie den Betrieb in der Space-Datei cobot.subdomain prüfen und cobot.space_id entfernen. Stimmt beides, muss ein Admin dieses Space den Token erzeugen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-104": (
        "Cobot zeigt Rechnungen eines anderen Space",
        "Die Space-Datei gilt für {subdomain}. Die Rechnungen gehören aber zum Space mit der Id {space}.",
        "Lassen Sie den Betrieb in der Space-Datei cobot.subdomain prüfen und cobot.space_id entfernen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-105": (
        "Dem Access Token von Cobot fehlen die Scopes {scopes}",
        "Die Vorprüfung hat jeden Scope mit einer kleinen Anfrage geprüft.",
        "Lassen Sie einen Admin des Space einen Token mit diesen Scopes erzeugen: read_user, read_spaces, read_memberships, write_memberships, read_teams, read_invoices. Der Betrieb trägt ihn in die Airflow-Verbindung {connection} ein. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-111": (
        "sevDesk nimmt den API-Token nicht an",
        "Laut sevDesk ist der API-Token falsch. Er erlischt mit seinem Benutzer, und wenn ein neuer erzeugt wird.",
        "Öffnen Sie in sevDesk Einstellungen > Benutzer und wählen Sie den Administrator. Der Betrieb kopiert dessen API-Token in die Airflow-Verbindung {connection}, in das Feld API token (Typ HTTP: Passwort). Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-112": (
        "Dem API-Token von sevDesk fehlt ein Recht",
        "sevDesk hat eine Anfrage dieser Aufgabe abgelehnt. Der Benutzer des Tokens darf das nicht, oder der Tarif enthält keinen API-Zugang. Das Log nennt die Anfrage.",
        "Prüfen Sie in sevDesk, ob der Tarif die API enthält. Der Betrieb trägt den Token eines Administrators in die Airflow-Verbindung {connection} ein. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-113": (
        "sevDesk arbeitet noch mit Buchhaltungssystem {version}",
        "Belege lassen sich nur unter Buchhaltungssystem 2.0 buchen.",
        "Bitten Sie den Support von sevDesk, das Konto auf Buchhaltungssystem 2.0 umzustellen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-114": (
        "Die Kostenstelle {number} gibt es in sevDesk nicht genau einmal",
        "In sevDesk haben {found} Kostenstellen die Nummer {number}. Gebraucht wird genau eine.",
        "Öffnen Sie in sevDesk Einstellungen > Kostenstellen und vergeben Sie die Nummer {number} genau einmal. Oder lassen Sie den Betrieb vouchers.cost_centre in der Space-Datei berichtigen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-115": (
        "Die Airflow-Verbindung {connection} fehlt oder ist falsch",
        "{why}",
        "Lassen Sie den Betrieb in Airflow unter Admin > Connections die Verbindung {connection} berichtigen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-120": (
        "Eine Annahme über {service} stimmt nicht: {assumed}",
        "Eine Probe hat etwas anderes ergeben (Annahme {id}): {observed}.",
        "{to_do} Was jede Annahme bedeutet, steht in docs/annahmen.md. Starten Sie dann diese Aufgabe neu (Clear): Sie prüft noch einmal.",
    ),
    "CS-121": (
        "Die DAG-Datei von {spaces} Spaces braucht {seconds} von {limit} Sekunden",
        "Airflow bricht eine DAG-Datei ab, die länger braucht. Dann verschwinden alle Spaces dieser Datei aus Airflow, und nichts wird gebucht.",
        "Teilen Sie die DAG-Datei auf oder erhöhen Sie die Grenze von Airflow: Wie, steht in docs/rollen/betrieb.md unter Viele Spaces. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-130": (
        "Überfällig: Die seit {day} fälligen Läufe sind nicht zu Ende gegangen",
        "Der DAG {dag} ist eingeschaltet, und zweimal war ein Lauf fällig. Keiner ist zu Ende gegangen: "
        "Einer hängt, oder Airflow hat sie nicht gestartet.",
        "Öffnen Sie in Airflow den DAG {dag}. Läuft dort eine Aufgabe seit Stunden, sehen Sie in ihr Log, "
        "wählen Sie Mark failed und starten Sie sie dann neu (Clear). Gibt es keinen solchen Lauf, sagen Sie "
        "es dem Betrieb: Scheduler und DAG-Processor müssen laufen. Starten Sie danach diese Aufgabe neu "
        "(Clear).",
    ),
    # --- die Rechnung
    "CS-201": (
        "Zeilen ohne Buchungscode",
        "Mindestens eine Zeile hat keinen Buchungscode (Accounting Code). Darum ist ihr Buchungskonto unbekannt.",
        "Öffnen Sie die Rechnung in Cobot und geben Sie jeder Zeile einen Buchungscode. Geben Sie ihn auch dem Tarif oder Produkt, aus dem die Zeile stammt. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-202": (
        "Kein Buchungskonto zum Buchungscode {code}",
        "In sevDesk gibt es kein Erlöskonto mit der Nummer oder dem Namen {target}.",
        "Berichtigen Sie den Buchungscode in Cobot, unter Setup > Accounting Codes und an der Rechnung. Oder lassen Sie den Betrieb das Buchungskonto für {code} in der Space-Datei unter accounts: nennen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-203": (
        "Mehrere Buchungskonten zum Buchungscode {code}",
        "Der Buchungscode passt in sevDesk zu mehr als einem Buchungskonto: {accounts}.",
        "Fragen Sie die Steuerberatung, welches Buchungskonto gilt. Lassen Sie den Betrieb dessen Nummer für {code} in der Space-Datei unter accounts: nennen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-204": (
        "Buchungskonto {account} erlaubt {rate} % unter Steuerregel {rule} nicht",
        "sevDesk würde dieses Buchungskonto mit dieser Steuerregel und diesem Steuersatz ablehnen.",
        "Fragen Sie die Steuerberatung, welches Buchungskonto zu {rate} % gehört. Geben Sie den Zeilen in Cobot den Buchungscode dazu. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-205": (
        "Buchungskonto {account} ist kein Erlöskonto",
        "Dieses Buchungskonto gilt in sevDesk nur für Ausgaben.",
        "Geben Sie den Zeilen in Cobot einen Buchungscode, dessen Buchungskonto für Erlöse gilt. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-211": (
        "Zeilen brauchen zwei Steuerregeln ({rules})",
        "Ein Beleg in sevDesk hat genau eine Steuerregel. Die Zeilen dieser Rechnung brauchen mehrere.",
        "Teilen Sie die Rechnung in Cobot: besteuerte Zeilen auf die eine, steuerfreie auf die andere. Oder lassen Sie den Betrieb tax.split_vouchers: true in die Space-Datei setzen. Dann werden es zwei Belege (Steuerregeln 1 bis 5, 11 und 17 bis 22). Oder buchen Sie von Hand und lassen die Rechnung unter ignore_invoices: nennen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-212": (
        "Zeilen ohne Steuer, keine Steuerregel für {recipient}",
        "Die Space-Datei nennt für Zeilen ohne Steuer an solche Empfänger keine Steuerregel. Für Privatkunden in anderen EU-Staaten gibt es nie eine.[ Die USt-IdNr. der Rechnung {tax_id_problem}.][ In Cobot steht: {tax_id}.]",
        "Ist der Empfänger ein Unternehmen, tragen Sie in Cobot seine richtige USt-IdNr. ein. Sonst fragen Sie die Steuerberatung: Entweder ist in Cobot die Steuer zu berichtigen. Oder der Betrieb nennt die Steuerregel in der Space-Datei unter tax.zero_rate:. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-213": (
        "Zeilen ohne Steuer, und das Land des Empfängers ist unbekannt",
        "Welche Steuerregel gilt, hängt vom Land ab.",
        "Öffnen Sie die Rechnung in Cobot und tragen Sie das Land des Empfängers ein. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-214": (
        "Steuer auf der Rechnung eines Kleinunternehmers",
        "Laut Space-Datei gilt § 19 UStG. Die Rechnung weist aber Steuer aus.",
        "Berichtigen Sie den Steuersatz in Cobot. Oder lassen Sie den Betrieb tax.small_business in der Space-Datei berichtigen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-215": (
        "Eine Zeile mit mehreren Steuern",
        "In sevDesk hat jede Position genau einen Steuersatz.",
        "Teilen Sie die Zeile in Cobot, sodass jede einen Steuersatz hat. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-221": (
        "Rechnung in {currency}",
        "Laut Space-Datei werden nur Rechnungen in EUR gebucht.",
        "Buchen Sie die Rechnung in sevDesk von Hand und lassen Sie sie in der Space-Datei unter ignore_invoices: nennen. Oder lassen Sie den Betrieb vouchers.foreign_currency: booked setzen. Dann rechnet sevDesk mit dem Kurs des Rechnungsdatums um. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-222": (
        "Die Rechnung ist in Cobot storniert",
        "Cobot nennt den Zahlungsstand canceled. Ob die Rechnung noch zählt, ist daraus nicht zu erkennen.",
        "Fragen Sie die Steuerberatung, ob die Rechnung zählt. Zählt sie, buchen Sie sie in sevDesk von Hand. Lassen Sie sie in jedem Fall vom Betrieb in der Space-Datei unter ignore_invoices: nennen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-223": (
        "Beträge von {invoice} widersprechen sich um {by} EUR",
        "Netto, Steuer und Brutto der Zeilen ergeben nicht die Summe der Rechnung.",
        "Öffnen Sie die Rechnung in Cobot und berichtigen Sie die Zeilen. Sieht sie richtig aus, senden Sie Nummer und Beträge an den Betrieb. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-224": (
        "Rechnung {invoice} ist nicht lesbar",
        "In der Antwort von Cobot ist etwas nicht zu verstehen: {field}[, erwartet wird {expected}].",
        "Öffnen Sie die Rechnung in Cobot und speichern Sie sie. Starten Sie dann diese Aufgabe neu (Clear). Bleibt sie rot, senden Sie diesen Text an den Betrieb.",
    ),
    "CS-225": (
        "Cobot liefert kein PDF zur Rechnung {invoice}",
        "Was Cobot gesendet hat, ist kein PDF, oder es gibt keines.",
        "Öffnen Sie die Rechnung in Cobot und laden Sie das PDF herunter. Gelingt das, starten Sie diese Aufgabe neu (Clear). Sonst fragen Sie den Support von Cobot.",
    ),
    "CS-226": (
        "Korrekturrechnungen werden hier zurückgehalten",
        "In der Space-Datei steht vouchers.corrections: held_back.",
        "Buchen Sie die Korrektur in sevDesk von Hand und lassen Sie die Rechnung in der Space-Datei unter ignore_invoices: nennen. Oder lassen Sie den Betrieb vouchers.corrections: booked setzen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-227": (
        "sevDesk kann das PDF der Rechnung {invoice} nicht lesen",
        "sevDesk hat das Dokument zweimal abgelehnt ({answer}).",
        "Öffnen Sie die Rechnung in Cobot und sehen Sie sich das PDF an. Ist es beschädigt, speichern Sie die Rechnung neu. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    # --- der Beleg, die Dienste
    "CS-301": (
        "sevDesk hat einen anderen Beleg zu {invoice}",
        "Ein fremder Beleg (Id {vouchers}) trägt die Rechnungsnummer. Datum, Brutto und Empfänger stimmen aber nicht alle überein.",
        "Vergleichen Sie den Beleg in sevDesk mit der Rechnung. Ist es derselbe Umsatz, berichtigen Sie den Beleg. Oder lassen Sie den Betrieb die Rechnung in der Space-Datei unter ignore_invoices: nennen. Ist es ein anderer Umsatz, lassen Sie den Beleg unter ignore_vouchers: nennen. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-302": (
        "sevDesk enthält {invoice} mehrfach",
        "Mehrere Belege tragen unseren Schlüssel dieser Rechnung: Ids {vouchers}.",
        "Behalten Sie in sevDesk einen dieser Belege. Setzen Sie die anderen auf Entwurf zurück und löschen Sie sie. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-303": (
        "sevDesk lehnt den Beleg ab ({answer})",
        "sevDesk hat den Beleg geprüft und abgelehnt. Das Log nennt die Begründung. Nach drei Ablehnungen warten hier auch andere Belege desselben Monats mit gleicher Steuerregel und gleichen Buchungskonten. Jeder Lauf versucht andere davon zuerst.",
        "Lesen Sie die Begründung im Log von push_vouchers. Berichtigen Sie, was sie nennt: Buchungskonto, Steuerregel oder Datum. Ist der Zeitraum in sevDesk abgeschlossen, fragen Sie die Steuerberatung. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-304": (
        "sevDesk hat {invoice} anders gespeichert als gesendet",
        "Der Beleg (Id {voucher}) weicht ab bei: {fields}. Für diesen Space wird nichts mehr gebucht, bis jemand nachgesehen hat.",
        "Vergleichen Sie in sevDesk Beleg und Rechnung und berichtigen Sie den Beleg. Stimmt dann alles, geben Sie ihm von Hand das Schlagwort Import. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-305": (
        "Der Beleg zu {invoice} hat kein PDF",
        "Der Beleg (Id {voucher}) ist bezahlt oder festgeschrieben. Das PDF lässt sich darum nicht mehr anhängen.",
        "Laden Sie das PDF der Rechnung aus Cobot herunter und hängen Sie es in sevDesk von Hand an. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-306": (
        "{service} war nicht zu erreichen",
        "Auch nach mehreren Versuchen gab {service} keine brauchbare Antwort (zuletzt: {answer}). Nichts ist verloren, nichts ist doppelt.",
        "Warten Sie, bis {service} wieder arbeitet. Starten Sie dann diese Aufgabe neu (Clear). Der nächste geplante Lauf versucht es auch von selbst.",
    ),
    "CS-307": (
        "{count} neue Belege in einem Lauf, mehr als der Sicherheitsstopp von {most}",
        "So viele auf einmal können ein Versehen sein, etwa ein falscher Zeitraum oder ein falsches sync_from. Nichts wurde gebucht.",
        "Sehen Sie sich die Liste unten an. Ist sie richtig, starten Sie den DAG von Hand (Trigger) für denselben Zeitraum. Setzen Sie dabei Höchstzahl neuer Belege auf {count} oder mehr. Oder lassen Sie den Betrieb vouchers.max_new_per_run in der Space-Datei erhöhen und starten diese Aufgabe neu (Clear).",
    ),
    "CS-308": (
        "{service} lehnt eine Anfrage ab",
        "{service} hat geantwortet: {answer}. Das Log nennt die Begründung.",
        "Sehen Sie auf der Statusseite des Dienstes nach, ob eine Störung gemeldet ist. Ist dort alles in Ordnung, senden Sie diesen Text an den Betrieb: Der Dienst hat sich vielleicht geändert. Starten Sie danach diese Aufgabe neu (Clear).",
    ),
    "CS-309": (
        "Eine Aufgabe dieses Laufs ist gescheitert: {tasks}",
        "Die Aufgabe ist aus einem Grund gescheitert, den kein Brief beschreibt. Was sie tun sollte, ist noch zu tun.",
        "Öffnen Sie das Log dieser Aufgabe und senden Sie dem Betrieb die letzten Zeilen. Starten Sie die Aufgabe dann neu (Clear), mit Haken bei Downstream.",
    ),
    "CS-310": (
        "{invoice} wurde vielleicht neu ausgestellt",
        "Ein Beleg von uns (Id {vouchers}) trägt dieselbe Nummer. Seine Rechnung gibt es in Cobot aber nicht mehr. Beide können derselbe Umsatz sein.",
        "Vergleichen Sie in sevDesk diesen Beleg mit der Rechnung. Ist es derselbe Umsatz, setzen Sie den Beleg auf Entwurf zurück und löschen Sie ihn. Oder lassen Sie den Betrieb die Rechnung in der Space-Datei unter ignore_invoices: nennen. Ist es ein anderer Umsatz, ändern Sie die Beschreibung des alten Belegs. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-311": (
        "Ein anderer Lauf schreibt für diesen Space",
        "Diese Aufgabe hat eine halbe Stunde gewartet.",
        "Warten Sie, bis der andere Lauf zu Ende ist. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-312": (
        "Die Sperrdatei dieses Space ist nicht zu gebrauchen",
        "Es ist {path}. {why} Ohne sie könnten zwei Läufe zugleich schreiben. Darum wird nichts geschrieben.",
        "Lassen Sie den Betrieb die Datei und ihren Ordner ansehen, auf dem Rechner, auf dem die Aufgabe lief. Den Ordner nennt COBOT_SEVDESK_LOCKS. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    # --- das Mitglied
    "CS-401": (
        "sevDesk lehnt den Kontakt des Mitglieds {member} ab ({answer})",
        "sevDesk hat den Kontakt geprüft und abgelehnt. Das Log nennt die Begründung. Die Rechnungen des Mitglieds warten darauf.",
        "Öffnen Sie das Mitglied in Cobot und berichtigen Sie Name und Firma. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-402": (
        "Cobot nimmt die Kundennummer {number} nicht an",
        "Der Kontakt steht in sevDesk. Cobot hat seine Kundennummer für das Mitglied aber abgelehnt ({answer}).",
        "Sehen Sie in Cobot nach, ob ein anderes Mitglied die Kundennummer {number} hat, und berichtigen Sie dieses. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-403": (
        "Mehrere Kontakte passen zum Mitglied {member}",
        "In sevDesk gehört mehr als ein Kontakt zu diesem Mitglied: {contacts}.",
        "Behalten Sie in sevDesk einen dieser Kontakte. Führen Sie die anderen mit ihm zusammen oder löschen Sie sie. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    "CS-404": (
        "Mitglied {member} ist nicht lesbar",
        "In der Antwort von Cobot ist etwas nicht zu verstehen: {field}[, erwartet wird {expected}].",
        "Öffnen Sie das Mitglied in Cobot und speichern Sie es. Starten Sie dann diese Aufgabe neu (Clear). Bleibt sie rot, senden Sie diesen Text an den Betrieb.",
    ),
    "CS-405": (
        "Cobot hat beim Schreiben einer Kundennummer andere Felder verloren",
        "Cobot hat Felder eines Mitglieds geleert, die nicht mitgesendet wurden. Es werden keine Kundennummern mehr geschrieben. Den Mitgliedern unten fehlt ihre Kundennummer, oder sie haben Felder verloren.",
        "Starten Sie noch nichts neu. Das Log von sync_members nennt die verlorenen Werte: Tragen Sie sie in Cobot wieder ein. Lassen Sie den Betrieb cobot.write_numbers: false in die Space-Datei setzen oder membership_update_method der Cobot-Verbindung ändern. Starten Sie erst dann diese Aufgabe neu (Clear).",
    ),
    "CS-406": (
        "sevDesk lehnt E-Mail, Telefon oder Adresse des Mitglieds {member} ab ({answer})",
        "Der Kontakt steht, und die Rechnungen des Mitglieds sind gebucht. Einen Teil des Kontakts hat sevDesk abgelehnt. Das Log nennt die Begründung.",
        "Öffnen Sie das Mitglied in Cobot und berichtigen Sie E-Mail, Telefon und Adresse. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
    # --- der Rest
    "CS-900": (
        "{count} weitere Probleme",
        "Es gibt mehr Probleme, als ein Lauf als eigene rote Aufgaben zeigt. Die übrigen stehen hier als Liste.",
        "Beheben Sie, was die Liste nennt. Starten Sie dann diese Aufgabe neu (Clear).",
    ),
}

GERMAN_REMARKS = {
    "skip.ignored": "in ignore_invoices genannt: {reason}",
    "skip.before_go_live": "Rechnungsdatum vor sync_from ({day})",
    "skip.future": "Rechnungsdatum in der Zukunft",
    "skip.zero": "Summe null",
    "skip.deleted": "in Cobot gelöscht",
    "skip.unlisted": "ohne Id und nicht mehr in der Liste von Cobot; der nächste Lauf prüft, was dort steht",
    "by_hand": "von Hand gebucht als Beleg {voucher}",
    "edit.canceled": "storniert",
    "edit.number": "Nummer geändert",
    "edit.date": "Datum war {before}, ist jetzt {now}",
    "edit.gross": "Brutto war {before}, ist jetzt {now}",
    "edit.net": "Netto war {before}, ist jetzt {now}",
    "edit.lines": "Zeilen geändert",
    "edit.recipient": "Empfänger geändert",
    "edit.unreadable": "nicht lesbar: {field}[, erwartet wird {expected}]",
    "edit.gone": "an diesem Tag nicht mehr in Cobot: gelöscht oder auf einen anderen Tag verlegt",
    "finding.gap": "in Cobot nicht (mehr) vorhanden",
    "finding.missing": "{amount} vom {day}: nie gebucht oder in sevDesk gelöscht",
    "finding.differs": "{fields} {there} statt {here}",
    "finding.account": "Buchungskonto {account} zu {rate} %: {there} statt {here} EUR",
    "finding.no_import": "ohne Schlagwort Import",
    "finding.no_document": "ohne PDF",
    "finding.no_contact": "kein ähnlicher Kontakt bekannt",
    "finding.likely_contacts": "wahrscheinlich der Kontakt mit Kundennummer {numbers}",
    "finding.similar_contacts": "ähnlich in Name oder Nummer: der Kontakt mit Kundennummer {numbers}",
}

GERMAN_WORDS = {
    "no_answer": "keine Antwort",
    "nothing": "nichts",
    "gross": "Brutto",
    "net": "Netto",
    "date": "Datum",
    "delivery_date": "Lieferdatum",
    "deadline": "Fälligkeit",
    "tax_rule": "Steuerregel",
    "status": "Status",
    "currency": "Währung",
    "cost_centre": "Kostenstelle",
    "contact": "Kontakt",
    "positions": "Positionen",
    "description": "Beschreibung",
    "recipient": "Name des Empfängers",
    "side": "Einnahme oder Ausgabe",
    "domestic": "Empfänger im Inland",
    "eu_business": "Unternehmen in einem anderen EU-Staat",
    "eu_private": "Privatkunden in einem anderen EU-Staat",
    "third_country": "Empfänger außerhalb der EU",
    "missing": "fehlt",
    "malformed": "ist falsch geschrieben",
    "other_state": "gehört zu einem anderen Staat",
    "number": "Nummer",
    "kind.missing": "Fehlt in sevDesk",
    "kind.held_back": "Zurückgehalten",
    "kind.doubled": "Doppelt in sevDesk",
    "kind.extra": "In sevDesk, aber nicht (mehr) in Cobot",
    "kind.differs": "Weicht ab: nachträglich in Cobot oder in sevDesk geändert",
    "kind.unfinished": "Unvollständig in sevDesk",
    "kind.mismatch": "Ohne Kontakt (Mismatch)",
    "kind.no_document": "Ohne PDF",
    "kind.gap": "Lücke in den Rechnungsnummern",
    "kind.booked_by_hand": "Von Hand oder von anderen gebucht",
    "kind.skipped": "Nicht zu buchen",
    "assumed.C-07": "API 1 antwortet unter der Subdomain",
    "assumed.C-21": "Felder, die eine Änderung nicht nennt, bleiben erhalten",
    "assumed.S-25": "Listen zeigen rechtzeitig, was angelegt wurde",
    "assumed.S-32": "ein Kontakt ohne Belege lässt sich löschen",
    "assumed.S-41": "gespeichert wird, was gesendet wurde",
    "assumed.S-42": "ein Beleg darf eine negative Summe haben",
    "assumed.S-43": "ein Entwurf lässt sich löschen",
    "assumed.S-47": "ein angehängtes Dokument ändert weder Status noch Summen",
    "set.v1_base_url": "Tragen Sie in der Airflow-Verbindung zu Cobot unter v1_base_url die Adresse ein, zu der API 1 weiterleitet.",
    "set.write_numbers": "Setzen Sie in der Space-Datei cobot.write_numbers: false, und vergleichen Sie das geprüfte Mitglied mit dem Log.",
    "set.settle_seconds": "Schalten Sie den Space noch nicht ein. Fragen Sie beim Support von sevDesk, wie lange die Listen hinterherhinken. Setzen Sie in der Airflow-Verbindung zu sevDesk settle_seconds auf ein Zehntel dieser Sekunden.",
    "set.delete_by_hand": "Löschen Sie in sevDesk von Hand, was Log und Bericht aufführen.",
    "set.do_not_start": "Schalten Sie den Space nicht ein. Schicken Sie den Bericht der Probe an die Entwicklung dieses Pakets.",
    "set.corrections": "Setzen Sie in der Space-Datei vouchers.corrections: held_back, und buchen Sie Korrekturen von Hand.",
}

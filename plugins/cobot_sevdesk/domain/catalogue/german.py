"""The problem catalogue in German: code -> title, cause, remedy."""

GERMAN = {
    # --- Einrichtung des Space: hält alles auf
    "CS-101": (
        "Cobot nimmt den Access Token nicht an",
        "Cobot antwortet, dass der Access Token dieses Space falsch oder widerrufen ist.",
        "Einen Admin des Space um einen neuen Access Token bitten (dev.cobot.me, OAuth2 Clients), in Airflow in der "
        "Verbindung {connection} in das Feld Access token (Typ HTTP: Passwort) eintragen, dann diese Aufgabe zurücksetzen (Clear).",
    ),
    "CS-102": (
        "Dem Access Token von Cobot fehlt ein Recht",
        "Cobot verweigert {request}: dem Token fehlt ein Scope, oder sein Besitzer ist kein Admin mehr.",
        "Einen Token mit den Scopes read_user, read_spaces, read_memberships, write_memberships, "
        "read_teams und read_invoices erzeugen, in die Verbindung {connection} eintragen, dann Clear.",
    ),
    "CS-103": (
        "Der Access Token sieht den Space {subdomain} nicht",
        "Der Besitzer des Tokens ist kein Admin eines Space mit der Subdomain {subdomain}, oder die Space-Datei nennt die Id eines anderen.",
        "cobot.subdomain in der Space-Datei prüfen und cobot.space_id herausnehmen; oder den Token von einem Admin dieses Space "
        "erzeugen lassen, dann Clear.",
    ),
    "CS-111": (
        "sevDesk nimmt den API-Token nicht an",
        "Der API-Token ist falsch; er erlischt mit seinem Benutzer und wenn ein neuer erzeugt wird.",
        "In sevDesk unter Einstellungen > Benutzer den Administrator wählen, den API-Token in der Airflow-Verbindung "
        "{connection} in das Feld API token (Typ HTTP: Passwort) kopieren, dann Clear.",
    ),
    "CS-112": (
        "Dem sevDesk-Token fehlt ein Recht",
        "sevDesk verweigert {request}: der Benutzer darf das nicht, oder der Tarif enthält keinen API-Zugang.",
        "Den Token eines Administrators verwenden und prüfen, ob der Tarif die API enthält, dann Clear.",
    ),
    "CS-113": (
        "sevDesk arbeitet noch mit Buchhaltungssystem {version}",
        "Belege lassen sich nur unter Buchhaltungssystem 2.0 buchen.",
        "Den sevDesk-Support um die Umstellung auf 2.0 bitten, dann Clear.",
    ),
    "CS-114": (
        "Die Kostenstelle {number} gibt es in sevDesk nicht genau einmal",
        "{found} Kostenstellen haben in sevDesk die Nummer {number}; genau eine wird gebraucht.",
        "In sevDesk unter Einstellungen > Kostenstellen die Nummer {number} genau einmal vergeben oder "
        "vouchers.cost_centre in der Space-Datei berichtigen, dann Clear.",
    ),
    "CS-115": (
        "Die Airflow-Verbindung {connection} fehlt oder ist unvollständig",
        "{why}",
        "In Airflow unter Admin > Connections die Verbindung {connection} berichtigen, dann Clear.",
    ),
    # --- die Rechnung
    "CS-201": (
        "Zeilen ohne Buchungscode",
        "Mindestens eine Zeile hat keinen Buchungscode (Accounting Code); das Buchungskonto ist unbekannt.",
        "In Cobot die Rechnung öffnen, jeder Zeile einen Code geben (und dem Tarif oder Produkt, aus dem sie "
        "stammt), dann Clear.",
    ),
    "CS-202": (
        "Kein Buchungskonto zum Buchungscode {code}",
        "sevDesk hat kein Erlöskonto mit der Nummer oder dem Namen {target}.",
        "Den Code in Cobot berichtigen (Setup > Accounting Codes und an der Rechnung) oder das Konto für {code} "
        "unter accounts: in der Space-Datei nennen, dann Clear.",
    ),
    "CS-203": (
        "Mehrere Buchungskonten zum Buchungscode {code}",
        "Der Code passt in sevDesk zu mehr als einem Konto: {accounts}.",
        "Die Kontonummer für {code} unter accounts: in der Space-Datei nennen, dann Clear.",
    ),
    "CS-204": (
        "Konto {account} erlaubt {rate} % unter Steuerregel {rule} nicht",
        "sevDesk würde diese Verbindung von Buchungskonto, Steuerregel und Steuersatz ablehnen.",
        "Den Zeilen in Cobot einen Code geben, dessen Konto zu {rate} % passt, oder die Steuerberatung fragen, "
        "dann Clear.",
    ),
    "CS-205": (
        "Konto {account} ist kein Erlöskonto",
        "Dieses Buchungskonto gilt in sevDesk nur für Ausgaben.",
        "Den Zeilen in Cobot einen Code geben, dessen Konto für Erlöse gilt, dann Clear.",
    ),
    "CS-211": (
        "Zeilen brauchen zwei Steuerregeln ({rules})",
        "Ein sevDesk-Beleg hat eine Steuerregel, die Zeilen der Rechnung brauchen mehrere.",
        "Die Rechnung in Cobot teilen (besteuerte und steuerfreie Zeilen getrennt); oder tax.split_vouchers: true in der "
        "Space-Datei setzen, dann werden es zwei Belege (Steuerregeln 1 bis 5, 11 und 17 bis 22); oder von Hand buchen und unter ignore_invoices: nennen. Dann Clear.",
    ),
    "CS-212": (
        "Zeilen ohne Steuer, keine Steuerregel für Empfänger der Art {recipient}",
        "Die Space-Datei nennt für Zeilen ohne Steuer an solche Empfänger keine Regel (Privatkunden in anderen "
        "EU-Staaten haben nie eine).",
        "Die Steuerberatung fragen. Die Steuer oder die USt-IdNr. in Cobot berichtigen oder die Regel unter "
        "tax.zero_rate: in der Space-Datei nennen, dann Clear.",
    ),
    "CS-213": (
        "Zeilen ohne Steuer, und das Land des Empfängers ist unbekannt",
        "Ohne das Land ist nicht zu entscheiden, welche Steuerregel gilt.",
        "In Cobot die Rechnung öffnen und das Land des Empfängers eintragen, dann Clear.",
    ),
    "CS-214": (
        "Steuer auf der Rechnung eines Kleinunternehmers",
        "Laut Space-Datei gilt §19 UStG, die Rechnung weist aber Steuer aus.",
        "Den Steuersatz in Cobot oder tax.small_business in der Space-Datei berichtigen, dann Clear.",
    ),
    "CS-215": (
        "Eine Zeile mit mehreren Steuern",
        "sevDesk kennt je Position einen Steuersatz.",
        "In Cobot die Zeile teilen, sodass jede einen Steuersatz hat, dann Clear.",
    ),
    "CS-221": (
        "Rechnung in {currency}",
        "Laut Space-Datei werden nur Rechnungen in EUR gebucht.",
        "Die Rechnung in sevDesk von Hand buchen und unter ignore_invoices: in der Space-Datei nennen; oder "
        "vouchers.foreign_currency: booked setzen, dann rechnet sevDesk sie mit dem Tageskurs um. Dann Clear.",
    ),
    "CS-222": (
        "Rechnung in Cobot storniert (canceled)",
        "Cobot nennt den Zahlstatus canceled; ob die Rechnung noch zählt, ist nicht zu erkennen.",
        "Mit der Steuerberatung entscheiden; von Hand buchen oder unter ignore_invoices: nennen.",
    ),
    "CS-223": (
        "Beträge von {invoice} widersprechen sich um {by} EUR",
        "Netto, Steuer und Brutto der Zeilen ergeben nicht die Summe der Rechnung.",
        "In Cobot die Rechnung öffnen und die Zeilen berichtigen; sieht sie richtig aus, Nummer und Beträge dem "
        "Betreiber senden, dann Clear.",
    ),
    "CS-224": (
        "Rechnung {invoice} ist nicht lesbar",
        "Cobots Antwort wird nicht verstanden: {field}.",
        "In Cobot die Rechnung öffnen und speichern. Bleibt es so, diesen Text dem Betreiber senden, dann Clear.",
    ),
    "CS-225": (
        "Cobot liefert kein PDF zur Rechnung {invoice}",
        "{why}",
        "In Cobot die Rechnung öffnen und das PDF herunterladen; gelingt das, dann Clear.",
    ),
    "CS-226": (
        "Korrekturrechnungen werden hier zurückgehalten",
        "In der Space-Datei steht vouchers.corrections: held_back.",
        "Die Korrektur in sevDesk von Hand buchen und die Rechnung unter ignore_invoices: in der Space-Datei nennen; "
        "oder vouchers.corrections: booked setzen, dann Clear.",
    ),
    "CS-301": (
        "sevDesk enthält einen anderen Beleg zu {invoice}",
        "Ein fremder Beleg (Id {vouchers}) trägt die Rechnungsnummer, mit anderem Datum oder Betrag.",
        "In sevDesk mit der Rechnung vergleichen. Derselbe Vorgang: dort berichtigen oder die Rechnung unter "
        "ignore_invoices: nennen; ein anderer: seine Beschreibung ändern, dann Clear.",
    ),
    "CS-302": (
        "sevDesk enthält {invoice} mehrfach",
        "Mehrere Belege tragen unseren Schlüssel dieser Rechnung: Ids {vouchers}.",
        "In sevDesk die überzähligen Belege löschen (auf Entwurf zurücksetzen, löschen), einen behalten, dann Clear.",
    ),
    "CS-303": (
        "sevDesk lehnt den Beleg ab: {why}",
        "sevDesk hat den Beleg geprüft und abgelehnt. Nach drei Ablehnungen warten andere des Monats mit gleicher "
        "Steuerregel und gleichen Konten mit hier, bis einer davon, in jedem Lauf ein anderer, angenommen wird.",
        "Berichtigen, was die Meldung nennt (Konto, Steuerregel, Datum, geschlossener Zeitraum), dann Clear.",
    ),
    "CS-304": (
        "sevDesk hat {invoice} anders berechnet",
        "Der Beleg (Id {voucher}) ist gespeichert, sevDesk nennt aber {got} EUR statt {wanted} EUR.",
        "In sevDesk Beleg und PDF vergleichen und den Beleg berichtigen, dann Clear.",
    ),
    "CS-305": (
        "Der Beleg zu {invoice} hat kein PDF",
        "Der Beleg (Id {voucher}) ist bezahlt oder festgeschrieben; das PDF lässt sich nicht mehr anhängen.",
        "In sevDesk das PDF der Rechnung aus Cobot von Hand anhängen, dann Clear.",
    ),
    "CS-306": (
        "{service} war nicht erreichbar",
        "Nach mehreren Versuchen gab {service} keine brauchbare Antwort. Nichts ist verloren oder doppelt.",
        "Warten, bis {service} wieder arbeitet, dann Clear. Der nächste geplante Lauf versucht es auch von selbst.",
    ),
    "CS-307": (
        "{count} neue Belege in einem Lauf, mehr als der Sicherheitsstopp von {most}",
        "So viele auf einmal können ein Versehen sein: falscher Zeitraum, falsches sync_from. Nichts wurde gebucht.",
        "Die Liste unten ansehen. Ist sie richtig, den DAG für dieselben Tage mit Höchstzahl neuer Belege = {count} oder mehr "
        "starten oder vouchers.max_new_per_run in der Space-Datei erhöhen, dann Clear.",
    ),
    "CS-308": (
        "{service} lehnt eine Anfrage ab",
        "{request}: {why}",
        "Die Adresse der Verbindung und die Statusseiten der Dienste prüfen. Ist dort alles gut, diesen Text an den "
        "Betrieb schicken: der Dienst hat sich womöglich geändert. Dann Clear.",
    ),
    # --- das Mitglied
    "CS-401": (
        "sevDesk lehnt den Kontakt des Mitglieds {member} ab: {why}",
        "sevDesk hat den Kontakt geprüft und abgelehnt. Die Rechnungen des Mitglieds warten auf ihn.",
        "In Cobot das Mitglied öffnen, Name, E-Mail und Anschrift berichtigen, dann Clear.",
    ),
    "CS-402": (
        "Cobot nimmt die Kundennummer {number} nicht an",
        "Der Kontakt besteht in sevDesk, Cobot lehnt seine Nummer für das Mitglied aber ab: {why}.",
        "In Cobot prüfen, ob ein anderes Mitglied die Nummer {number} hat, und jenes berichtigen, dann Clear.",
    ),
    "CS-403": (
        "Mehrere sevDesk-Kontakte passen zum Mitglied {member}",
        "Mehr als ein Kontakt ({contacts}) gehört zu diesem Mitglied.",
        "In sevDesk die überzähligen Kontakte zusammenführen oder löschen, dann Clear.",
    ),
    "CS-404": (
        "Mitglied {member} ist nicht lesbar",
        "Cobots Antwort wird nicht verstanden: {field}.",
        "In Cobot das Mitglied öffnen und speichern. Bleibt es so, diesen Text dem Betreiber senden, dann Clear.",
    ),
    "CS-405": (
        "Cobot hat beim Mitglied {member} mehr als die Kundennummer geändert",
        "Nach dem Schreiben der Nummer waren auch diese Felder verändert: {fields}. In diesem Lauf werden keine "
        "weiteren Nummern geschrieben.",
        "In Cobot das Mitglied öffnen und die Felder wiederherstellen. Den Betreiber verständigen, bevor etwas "
        "anderes zurückgesetzt wird (Clear).",
    ),
    # --- der Rest
    "CS-900": (
        "{count} weitere Probleme",
        "Es gibt mehr Probleme, als ein Lauf als eigene Kästchen zeigt; sie stehen hier als Liste.",
        "Beheben, was die Liste nennt, dann Clear.",
    ),
}

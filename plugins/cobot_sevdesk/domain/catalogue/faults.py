"""What can be wrong with a connection, a lock file or an answer: word -> English, German.

They stand inside other texts of the catalogue, as `{why}` of CS-115 and CS-312 and as `{expected}`
of CS-224 and CS-404. Both languages stand side by side, since each is a line.
"""

FAULTS = {
    # --- the connection itself
    # Airflow 3.1 says the same of a connection whose extra field is no object (3.1.8, measured).
    "connection.missing": (
        "It does not exist, or Airflow cannot read it.",
        "Es gibt sie nicht, oder Airflow kann sie nicht lesen.",
    ),
    "connection.unreadable": (
        "It is no URI and no JSON object.",
        "Sie ist weder eine URI noch ein JSON-Objekt.",
    ),
    "connection.no_token": (
        "The field password (the token) is empty.",
        "Das Feld password (der Token) ist leer.",
    ),
    "connection.odd_token": (
        "password: the token holds blanks, line breaks or letters that no token has.",
        "password: Der Token enthält Leerzeichen, Zeilenumbrüche oder Zeichen, die kein Token hat.",
    ),
    # --- its address
    "connection.address": (
        "{field}: expected a complete address that begins with https://.",
        "{field}: Erwartet wird eine vollständige Adresse, die mit https:// beginnt.",
    ),
    "connection.odd_address": (
        "{field}: the address holds characters that no address has.",
        "{field}: Die Adresse enthält Zeichen, die keine Adresse hat.",
    ),
    "connection.address_with_login": (
        "{field}: an address must hold no user, password or query.",
        "{field}: Eine Adresse darf weder Benutzer noch Passwort noch Abfrage enthalten.",
    ),
    "connection.plain_http": (
        "{field}: plain http is accepted for this machine only.",
        "{field}: http ohne Verschlüsselung ist nur für diesen Rechner erlaubt.",
    ),
    "connection.moved": (
        "{request} was redirected to another host, {target}; the token is not sent there. Set {field} "
        "to the new address, if it is the right one.",
        "{request} wurde an einen anderen Rechner weitergeleitet, {target}; der Token wird dorthin "
        "nicht gesendet. Ist die neue Adresse die richtige, gehört sie in das Feld {field}.",
    ),
    "connection.no_api": (
        "{field}: there is no sevDesk API at {site}.",
        "{field}: Unter {site} ist keine API von sevDesk.",
    ),
    # --- its field Extra
    "connection.extra": (
        "extra: expected a JSON object.",
        "extra: Erwartet wird ein JSON-Objekt.",
    ),
    "connection.unknown": (
        "{field}: Extra has no such key. Correct its name, or take it out.",
        "{field}: Diesen Schlüssel gibt es in Extra nicht. Sein Name ist zu berichtigen, oder er ist "
        "zu entfernen.",
    ),
    "connection.text": ("{field}: expected a text.", "{field}: Erwartet wird ein Text."),
    "connection.flag": (
        "{field}: expected true or false.",
        "{field}: Erwartet wird true oder false.",
    ),
    "connection.whole_number": (
        "{field}: expected a whole number.",
        "{field}: Erwartet wird eine ganze Zahl.",
    ),
    "connection.at_least": (
        "{field}: expected at least {lowest}[, at most {highest}].",
        "{field}: Erwartet wird mindestens {lowest}[, höchstens {highest}].",
    ),
    "connection.seconds": (
        "{field}: expected a number of seconds.",
        "{field}: Erwartet wird eine Anzahl von Sekunden.",
    ),
    "connection.seconds_between": (
        "{field}: expected at least {lowest}, at most {highest} seconds.",
        "{field}: Erwartet werden mindestens {lowest}, höchstens {highest} Sekunden.",
    ),
    "connection.choice": (
        "{field}: expected one of {choices}.",
        "{field}: Erwartet wird eines von {choices}.",
    ),
    # --- the way to the service
    "connection.proxy": (
        "{field}: expected the address of a proxy (http:// or https://), or one for each of http and "
        "https.",
        "{field}: Erwartet wird die Adresse eines Proxys (http:// oder https://) oder je eine für http "
        "und https.",
    ),
    "connection.far_proxy": (
        "{field}: plain http goes through a proxy on this machine only.",
        "{field}: http ohne Verschlüsselung geht nur über einen Proxy auf diesem Rechner.",
    ),
    "connection.proxy_login": (
        "{field}: the proxy asks for user and password, or refuses those that it was given (HTTP 407).",
        "{field}: Der Proxy verlangt Benutzer und Passwort oder lehnt die angegebenen ab (HTTP 407).",
    ),
    "connection.unverified": (
        "{field}: certificates are always checked, since the token goes to whoever answers. For a CA "
        "of your own, state the path of its certificate here.",
        "{field}: Zertifikate werden immer geprüft, denn wer antwortet, erhält den Token. Bei einer "
        "eigenen Zertifizierungsstelle (CA) gehört der Pfad ihres Zertifikats in dieses Feld.",
    ),
    "connection.unknown_ca": (
        "{field}: the certificate of {service} is signed by a CA that is not known here. If it is your "
        "company's, state the path of its certificate here.",
        "{field}: Das Zertifikat von {service} stammt von einer Zertifizierungsstelle (CA), die hier "
        "nicht bekannt ist. Ist es die Ihres Unternehmens, gehört der Pfad ihres Zertifikats in dieses "
        "Feld.",
    ),
    "connection.cert": (
        "{field}: expected the path of a PEM file, or a list of two: certificate and key.",
        "{field}: Erwartet wird der Pfad einer PEM-Datei oder eine Liste von zweien: Zertifikat und "
        "Schlüssel.",
    ),
    "connection.no_file": (
        "{field}: where the task runs, there is no such file, or it cannot be read.",
        "{field}: Wo die Aufgabe läuft, gibt es diese Datei nicht, oder sie ist nicht lesbar.",
    ),
    "connection.no_pem": (
        "{field}: the file does not hold what belongs there, in PEM form and without password.",
        "{field}: Die Datei enthält nicht, was hineingehört, im Format PEM und ohne Passwort.",
    ),
    # --- the lock file of a space
    "lock.no_folder": ("Its folder does not exist.", "Ihren Ordner gibt es nicht."),
    "lock.link": (
        "It is a link, and links are not followed.",
        "Sie ist ein Link, und Links wird nicht gefolgt.",
    ),
    "lock.not_own": (
        "It is a pipe, a folder, or a second name of another file.",
        "Sie ist eine Pipe, ein Ordner oder ein zweiter Name einer anderen Datei.",
    ),
    "lock.unusable": (
        "The operating system says: {said}.",
        "Das Betriebssystem meldet: {said}.",
    ),
    "lock.vanishes": (
        "It vanishes as soon as it is made.",
        "Sie verschwindet, sobald sie angelegt ist.",
    ),
}

EXPECTED = {
    "a text": "ein Text",
    "an amount": "ein Betrag",
    "an amount of usual size": "ein Betrag in üblicher Höhe",
    "a date": "ein Datum",
    "a date and time": "ein Datum mit Uhrzeit",
    "a year from 1900 to 2999": "ein Jahr von 1900 bis 2999",
    "an object": "ein Objekt",
    "a list": "eine Liste",
    "an id": "eine Id",
    "an id that can be asked for": "eine Id, nach der man fragen kann",
    "the id that was asked for": "die Id, nach der gefragt wurde",
    "the type that was asked for": "der Typ, nach dem gefragt wurde",
    "the currency of the total": "die Währung der Summe",
    "JSON": "JSON",
}
"""What a field of an answer should have been. The English words are those of
`UnreadableAnswerError`; they are the keys, so that its message reads well too."""

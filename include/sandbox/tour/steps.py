"""The steps of the tour: what to do, what is seen then, the buttons and links it needs."""

from dataclasses import dataclass

from sandbox.tour.words import Words


@dataclass(frozen=True)
class Link:
    """A link; `{airflow}`, `{dag}` and `{run}` in its address are filled in."""

    words: Words
    address: str


@dataclass(frozen=True)
class Step:
    """One step; its buttons come before its text about Airflow."""

    title: Words
    todo: tuple[Words, ...]
    seen: Words
    actions: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()
    """Buttons that stand here for each invoice of the tour's space that waits for them."""
    links: tuple[Link, ...] = ()


OVERVIEW = Link(
    Words("The overview in Airflow", "Die Übersicht in Airflow"), "{airflow}/plugin/cobot-sevdesk"
)
DAG = Link(Words("The DAG in Airflow", "Der DAG in Airflow"), "{airflow}/dags/{dag}")
RUN = Link(Words("Its run in January", "Sein Lauf im Januar"), "{run}")

STEPS: tuple[Step, ...] = (
    Step(
        Words("Both sides", "Beide Seiten"),
        (
            Words(
                "Look at *{space}* below: its invoices in Cobot, and the vouchers that Airflow makes of them in sevDesk. The page renews itself.",
                "Sehen Sie sich unten *{space}* an: die Rechnungen in Cobot und die Belege, die Airflow daraus in sevDesk macht. Die Seite erneuert sich selbst.",
            ),
        ),
        Words(
            "The number of vouchers grows for a minute. Then a few invoices are left without one, each with its reason.",
            "Die Zahl der Belege wächst eine Minute lang. Dann bleiben wenige Rechnungen ohne Beleg, jede mit ihrem Grund.",
        ),
        links=(Link(Words("To both sides", "Zu beiden Seiten"), "#books-{slug}"),),
    ),
    Step(
        Words("What the support sees", "Was der Support sieht"),
        (
            Words(
                "Open the overview (login admin / admin). It is under *Browse* in Airflow, too.",
                "Öffnen Sie die Übersicht (Anmeldung admin / admin). In Airflow steht sie auch unter *Browse*.",
            ),
        ),
        Words(
            "Both spaces are red. Each problem is named once, with its invoices and its euros.",
            "Beide Spaces sind rot. Jedes Problem steht einmal da, mit seinen Rechnungen und seinen Euro.",
        ),
        links=(OVERVIEW,),
    ),
    Step(
        Words("A red task holds a letter", "Eine rote Aufgabe enthält einen Brief"),
        (
            Words(
                "In the overview click on the problem *CS-201* of {slug}.",
                "Klicken Sie in der Übersicht auf das Problem *CS-201* von {slug}.",
            ),
        ),
        Words(
            "The log of the red task ends with the letter: what is wrong, what to do where, which invoice waits.",
            "Das Log der roten Aufgabe endet mit dem Brief: was nicht stimmt, was wo zu tun ist, welche Rechnung wartet.",
        ),
        links=(OVERVIEW,),
    ),
    Step(
        Words("Repair, then clear", "Beheben, dann neu starten"),
        (
            Words(
                "Do here what the letter asks for in Cobot.",
                "Tun Sie hier, was laut Brief in Cobot zu tun ist.",
            ),
            Words(
                "At the red task in Airflow press *Clear*, then *Confirm*.",
                "Drücken Sie in Airflow an der roten Aufgabe *Clear*, dann *Confirm*.",
            ),
        ),
        Words(
            "Within half a minute the task is green, and the invoice has its voucher.",
            "Binnen einer halben Minute ist die Aufgabe grün, und die Rechnung hat ihren Beleg.",
        ),
        repairs=("give_code",),
        links=(RUN,),
    ),
    Step(
        Words("Repair the others", "Den Rest beheben"),
        (
            Words("Press each of these buttons.", "Drücken Sie jeden dieser Knöpfe."),
            Words(
                "In Airflow open the run. Press *Clear*, choose *Clear only failed tasks*, then *Confirm*.",
                "Öffnen Sie in Airflow den Lauf. Drücken Sie *Clear*, wählen Sie *Clear only failed tasks*, dann *Confirm*.",
            ),
        ),
        Words(
            "The run is green, and so is {slug} in the overview. The invoice in CHF needs no voucher now: somebody took it over.",
            "Der Lauf ist grün, und in der Übersicht auch {slug}. Die Rechnung in CHF braucht keinen Beleg mehr: Jemand hat sie übernommen.",
        ),
        repairs=("make_account", "set_country", "ignore_invoice"),
        links=(RUN, OVERVIEW),
    ),
    Step(
        Words("An answer gets lost", "Eine Antwort geht verloren"),
        (
            Words("Press these buttons.", "Drücken Sie diese Knöpfe."),
            Words(
                "In Airflow *Trigger* the DAG, as the form is.",
                "Starten Sie in Airflow den DAG (*Trigger*), so wie das Formular ist.",
            ),
        ),
        Words(
            "The run is green. sevDesk holds one voucher for the new invoice, not two; the new member has a contact. In the requests stands the lost answer: drop_after.",
            "Der Lauf ist grün. In sevDesk steht für die neue Rechnung ein Beleg, nicht zwei; das neue Mitglied hat einen Kontakt. Unter den Anfragen steht die verlorene Antwort: drop_after.",
        ),
        ("sign_up", "send_invoice", "lose_next_answer"),
        links=(DAG, Link(Words("The requests", "Die Anfragen"), "{here}/requests")),
    ),
    Step(
        Words("Changed after it was booked", "Nach dem Buchen geändert"),
        (
            Words("Press these buttons.", "Drücken Sie diese Knöpfe."),
            Words(
                "In Airflow *Trigger* the DAG, with *From date* 2026-01-01.",
                "Starten Sie in Airflow den DAG (*Trigger*), mit *From date* 2026-01-01.",
            ),
        ),
        Words(
            "The run is green. What is booked stays as it is: the log of report lists it under edited_later. The correction has a voucher of its own, with a minus.",
            "Der Lauf ist grün. Gebuchtes bleibt, wie es ist: Das Log von report nennt es unter edited_later. Die Korrektur hat einen eigenen Beleg, mit Minus.",
        ),
        ("change_net", "delete_invoice", "correct_invoice"),
        links=(DAG,),
    ),
    Step(
        Words("A token dies", "Ein Token erlischt"),
        (
            Words(
                "Press the first button, then *Trigger* the DAG in Airflow.",
                "Drücken Sie den ersten Knopf, und starten Sie in Airflow den DAG (*Trigger*).",
            ),
            Words(
                "Read the letter of its red task. Press the second button, then *Clear* that task.",
                "Lesen Sie den Brief der roten Aufgabe. Drücken Sie den zweiten Knopf, und starten Sie die Aufgabe neu (*Clear*).",
            ),
        ),
        Words(
            "First one red task names the connection and the token, and nothing is written. Then the run is green.",
            "Zuerst nennt eine rote Aufgabe die Verbindung und den Token, und nichts wird geschrieben. Dann ist der Lauf grün.",
        ),
        ("revoke_token", "renew_token"),
        links=(DAG,),
    ),
    Step(
        Words("One more space", "Ein weiterer Space"),
        (
            Words(
                "A space is a file and two connections. This button makes them in the Airflow that runs.",
                "Ein Space besteht aus einer Datei und zwei Verbindungen. Dieser Knopf legt sie im laufenden Airflow an.",
            ),
        ),
        Words(
            "Within half a minute its DAG is in Airflow, and runs by itself: three vouchers, green.",
            "Binnen einer halben Minute steht sein DAG in Airflow und läuft von selbst: drei Belege, grün.",
        ),
        ("add_space",),
        links=(
            Link(Words("All DAGs", "Alle DAGs"), "{airflow}/dags"),
            OVERVIEW,
        ),
    ),
    Step(
        Words("Ask, and prove", "Fragen und belegen"),
        (
            Words(
                "In the overview type the number of any invoice.",
                "Geben Sie in der Übersicht die Nummer irgendeiner Rechnung ein.",
            ),
            Words(
                "*Trigger* the reconciliation, with *From date* 2026-01-01.",
                "Starten Sie die Abstimmung (*Trigger*), mit *From date* 2026-01-01.",
            ),
        ),
        Words(
            "The overview says what became of the invoice, with links to it and its voucher. The reconciliation is red if you did step 7: its log names what was changed and what was deleted.",
            "Die Übersicht sagt, was aus der Rechnung wurde, mit Links zu ihr und ihrem Beleg. Die Abstimmung ist rot, wenn Sie Schritt 7 getan haben: Ihr Log nennt, was geändert und was gelöscht wurde.",
        ),
        links=(
            OVERVIEW,
            Link(Words("The reconciliation", "Die Abstimmung"), "{airflow}/dags/{reconcile}"),
        ),
    ),
)

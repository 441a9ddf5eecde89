"""The proof: whether Cobot and sevDesk behave as the rest of the package assumes.

Nothing that books an invoice needs it. Only the preflight opens it. `prove` is where to begin.
"""

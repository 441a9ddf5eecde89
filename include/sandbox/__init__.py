"""Cobot and sevDesk, simulated: two stateful HTTP servers on this machine, for demo and tests."""

"""sevDesk: one account, its settings, vouchers and contacts."""

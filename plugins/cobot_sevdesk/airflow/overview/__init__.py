"""The page of all spaces in Airflow's UI; only the API server imports this.

`app` answers, behind Airflow's login. `spaces` says how every space stands, `invoices` where an
invoice is, `files` what lies on a disk. Tasks have no database, so only here is it read.
"""

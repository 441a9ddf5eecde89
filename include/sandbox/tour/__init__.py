"""The page of the sandbox: both sides, and a guided tour of ten minutes."""

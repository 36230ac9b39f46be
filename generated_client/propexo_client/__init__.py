"""Post credits to Rentvine ledgers through Propexo, never twice and never lost."""

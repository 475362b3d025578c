"""What the registry's rows say of an agency at a time: its keys and scopes, who answers for it."""

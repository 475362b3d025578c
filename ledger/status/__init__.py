"""Status of licences, pure: what a change means in law, and how published lists may follow."""

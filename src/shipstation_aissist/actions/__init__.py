"""The assistant's side: the action that answers, what a merchant makes of it, and how it is shown."""

"""Reading for pages and commands: what the account may see, in a fixed number of queries."""

from supervision.selectors.clauses import clause_states

__all__ = ["clause_states"]

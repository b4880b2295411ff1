"""Flows of pay: guidance standards and cost sheets."""

"""Rules of section 四; importing the package declares them all."""

from supervision.rules import duties, inspections, money

__all__ = ["duties", "inspections", "money"]

"""The best single SQL statement we could write by hand that computes and stores the outcomes of a full run.

It is the yardstick of `make bench`: no engine, no facts, no merge, just the same findings and tallies into two bare
tables. Thresholds are written in, as one would by hand.
"""

SETUP = """
DROP TABLE IF EXISTS bench_finding, bench_tally;
CREATE TABLE bench_finding (LIKE supervision_finding INCLUDING INDEXES INCLUDING IDENTITY);
CREATE TABLE bench_tally (LIKE supervision_tally INCLUDING INDEXES INCLUDING IDENTITY);
"""

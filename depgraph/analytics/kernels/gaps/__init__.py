"""What an answer about one requirement would take off the width of the bounds, for every question at once: `gaps`.

Asked one by one, each question would take a sweep of its own. Instead the state without any answer is settled once
(`kernel`), and each answer is followed from there and taken back (`incremental`, with an undo log). At k_lower an
answer brings down what fails for certain if one more does (`forced_failures`); at k_upper it saves what does not fail
if one node is kept from failing (`prevented_failures`): candidates are let go by halves, so that all of them share
most of the work. What lies outside the core is weighed without following anything (`leaves`), and only what differs
is weighed at all (`score_change`).

The fast path: where nearly all suppliers are in one component, nearly every unit brings all of it down, whatever
single node stands. Its hub is failed at once where it falls in any case, which `dominators` tell, and the few
scenarios in which a node does matter are asked about one by one, 512 of them gathered (`batches`). On an entangled
graph of 0.34 million needs it takes 0.34 instead of 7.3 processor seconds (an earlier run: 0.30 instead of 11.7, 39
times less); on a tiered one of that size 0.57 and 0.55. Both ways give the same bytes, which a test compares.
"""

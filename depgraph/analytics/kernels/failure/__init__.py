"""Which nodes fail with which units: `impacts`, `simulate`, `pairs`, causes of change, cut sets of order 1 and 2.

The requirements are laid out for evaluation (`layout`), components in order (`components`). Failure spreads through
512 scenarios at once to the least fixed point (`fixpoint`); what is lost is counted and weighed for all 512
(`impact`). The same state, seeded by random strikes, makes a simulation (`monte_carlo`). Pairs begin from what each
unit fails alone, and look only at requirements that have lost a provider to one of the two and still hold (`pairs`,
over the requirements and the memory of `pair_rules`).

A scenario may also be a graph of its own: what differs between 512 graphs can fail in the scenarios of some of them
only (`switched`). So each fact in which two graphs differ is had and not had, and all of them are measured at once: on
1.13 million needs, of which 1,000 came and went, for 20 suppliers in 2.4 processor seconds, where one graph at a time
takes some 4,600 (`python -m bench causes`). Of measures of all units (the highest score, how many are single points)
two graphs beyond all of these tell first which units no fact can matter to: in one a requirement breaks where all that
it may be break, in the other where any does. All 1,000 facts take some 7 processor seconds over all 110,000 units.

Each bound takes one sweep over the needs that can fail, times the rounds until the components rest.
Memory: 64 bytes for each node of the core, per thread.
"""

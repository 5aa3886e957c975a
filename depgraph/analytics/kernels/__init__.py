"""The engines behind the measures: compiled loops over arrays, most of them over 512 scenarios at a time.

Each engine is a folder, and the docstring of the folder is its page. Engines know arrays alone: no graph, no node, no
text. They stand side by side on `base`; only `gaps` stands on another one, `failure`.

| question | measure | engine |
| --- | --- | --- |
| What falls with this, what is worst? `blast`, `spof`, `what-if` | `impacts` | `failure` |
| Which fact made this figure another one? (causes of change) | `change_causes` | `failure` |
| On which facts does this figure rest? `explain` | `support` | `failure` |
| How much do the findings hang on each fact? `trace` | `influence` | `failure` |
| What falls in a random year? `simulate` | `simulate` | `failure` |
| Which two units stop together what neither stops alone? `pairs` | `pairs` | `failure` |
| Which one unit, and which two, stop this node? (sets of order 1 and 2) | `cut_sets` | `failure` |
| Which larger sets stop it, which unit matters? `cutsets`, `importance` | `cut_sets`, `importance` | `faulttree` |
| What should be asked next? `gaps` | `gaps` | `gaps` |
| Who is down from when to when? `outage` | `outage`, `harm` | `outage` |
| Who stands in the middle, who is near to all? `centrality` | `betweenness`, `closeness`, `core` | `centrality` |
| Who depends on this over all tiers? `concentration --tier all` | `reached_shares` | `centrality` |

Concentration of one tier, PageRank, Katz and degree are sums over columns and need no engine.

What a finding of the auditor's report hangs on takes other graphs, not another engine: one without each record, tie,
decision or source that may make it fall. Each is tried first on a part of all facts, what imports say of the nodes of
eight losses (`depgraph/usecases/auditor/parts.py`). A loss that is still there is one in the graph of all, too; only
where none is, or where facts far away have a say, is the graph of all assembled. For the demo that is nine times in
place of 34, and its report took 11.1 in place of 22.6 processor seconds.

## Words

- *scenario*: units that fail at once, and nothing else does at first. Most questions ask one scenario for each unit.
- *lane*: one of the 512 bits of a row; a row says of one thing (a node, say) in which of 512 scenarios it is so. A
  *block* is 512 scenarios. One instruction does the same for 64 to 512 of them.
- *bound*: k of a requirement lies somewhere in [`k_lower`, `k_upper`]; what fails with all k_lower fails for certain,
  what stands with all k_upper stands for certain. Everything is worked out at both.
- *threshold*: how many providers must fail to break a requirement, n - k + 1; n + 1 is never.
- *fixed point*: failing nodes break requirements, and broken requirements fail nodes, until nothing changes. Of all
  states in which nothing changes, the *least* one is what happens: a circle of needs does not fail by itself.
- *component*: a strongly connected component of the needs, "circle" in messages to people: each of its nodes needs
  all others through others. Components are in topological order, providers first, so that each is swept once, or
  until it rests.
- *core*: the nodes that somebody depends on. All others, most of a graph, are evaluated once, when the core rests.
- *cone* of influence: what one node depends on at all. A fault tree is cut down to it first.
- *hub*: a node in the midst of a large component that many ways lead to. *Dominators* of it are what all ways there
  pass.
- *layout*: the requirements of a graph as arrays in the order in which an engine reads them. *Slot*: where a node
  stands in it. *Workspace*: what one thread writes.
- *bit counter*: 512 counters whose bits are rows, so that adding a bit to each takes a few instructions (vertical
  counters).

## The rule of failure

A requirement breaks once as many of its providers have failed as its threshold says. `Graph.thresholds` works that out,
once for both bounds. The rule itself is written for each way to follow it, and the oracle of the tests
(`tests/unit/analytics/conftest.py`) writes it once more, from k:

| where | what follows it so |
| --- | --- |
| `broken` in `failure/fixpoint` | 512 scenarios at once: `impacts`, `simulate`, `gaps`, causes, `cut_sets` of order 1 |
| `failure/pairs` | one more unit beside one that failed: `pairs`, `cut_sets` of order 2 |
| `compile` in `faulttree` | all scenarios, as a diagram: larger `cut_sets`, `importance` |
| `downtime`, `cycle_events` in `outage` | who is down when: `outage`, `harm` |
| `rounds` in `measures/failure` | one scenario, round by round; on its rounds stand `witnesses` and `justifications` |

## Costs

Measured on 2 cores of a virtual machine, machine code at hand, processor seconds for all units of a graph with
113,000 needs (1,000 suppliers, 10,000 dependants), first tiered, then entangled (nearly all suppliers in one
component): `python -m bench` measures larger ones. Compiling takes some ten seconds per engine, once: machine
code is kept on disk, and `python -m bench starts` measures a first start.

| measure | tiered | entangled | grows with |
| --- | --- | --- | --- |
| `impacts` | 0.026 | 0.031 | units / 512 x needs |
| `gaps` | 0.054 | 0.073 | units / 512 x needs, and what answers change |
| `pairs` | 0.60 | 3.9 | units x units / 512 x what a unit leaves half broken |
| `cut_sets` of order 2, one function | 0.02 | 0.03 | variables x variables / 512 x what a variable leaves half broken |
| `outage`, one supplier down | 0.017 | 0.020 | needs of nodes that go down |
"""

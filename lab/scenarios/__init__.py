# __init__.py: all scenarios, in the order in which a reader may want them.
# SPDX-License-Identifier: BSD-2-Clause
"""One function is one scenario: its docstring tells the story, its body does it. The name of a
scenario is its function's name with hyphens; what @scenario states is in scenario.py, what `lab`
can do is in lab.py. One way takes 20 ms unless a scenario says otherwise."""

from scenarios import seed, orderly, resets, silence, opening, third_parties, conditions

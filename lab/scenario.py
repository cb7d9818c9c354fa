# scenario.py: what every scenario states about itself.
# SPDX-License-Identifier: BSD-2-Clause
"""The @scenario decorator registers a function as a scenario; its name and docstring are the text."""

import dataclasses
import inspect
import typing

ALL = {}


@dataclasses.dataclass
class Scenario:
    name: str
    prose: str
    cause: str  # slug of the main connection's ending
    run: typing.Callable
    number: int
    conditions: tuple = ()  # slugs of what was also true
    at: tuple = ("server",)  # where to record; the first is the default
    delay: tuple = (0.010, 0.010)  # one way, seconds: client to middle, middle to server
    hops: tuple = (3, 5)  # routers on the two legs
    reasons: tuple = ()  # what tcp_send_reset must say, in order; None: do not check
    ipv6: bool = False

    @property
    def client_address(self):
        return f"fd00:{self.number:x}::7" if self.ipv6 else f"10.0.{self.number}.7"

    @property
    def server_address(self):
        return f"fd00:{self.number + 128:x}::4" if self.ipv6 else f"10.0.{self.number + 128}.4"

    @property
    def first_port(self):
        return 40000 + 150 * self.number + 2

    @property
    def headline(self):
        return self.prose.partition(".")[0] + "."


def scenario(cause, **properties):
    if isinstance(properties.get("at"), str):
        properties["at"] = (properties["at"],)

    def register(function):
        name = function.__name__.replace("_", "-")
        entry = Scenario(name, inspect.cleandoc(function.__doc__).replace("\n", " "), cause,
                         function, len(ALL) + 1, **properties)
        ALL[name] = entry
        return function
    return register

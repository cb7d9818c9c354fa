# scenario.py: what every scenario states about itself.
# SPDX-License-Identifier: BSD-2-Clause
"""The @scenario decorator registers a function as a scenario; its name and docstring are the
text."""

import dataclasses
import typing
import zlib

ALL = {}


@dataclasses.dataclass
class Scenario:
    name: str
    prose: str
    cause: str  # slug of the main connection's ending
    run: typing.Callable
    conditions: tuple = ()  # slugs of what was also true
    at: tuple = ("server",)  # where to record; the first is the default
    delay: tuple = (0.010, 0.010)  # one way, seconds: client to middle, middle to server
    hops: tuple = (3, 5)  # routers on the two legs
    reasons: tuple = ()  # what tcp_send_reset must say, in order; None: do not check
    ipv6: bool = False

    @property
    def place(self):
        """Addresses come from the name, so that they last, and all captures merge into one."""
        digest = zlib.crc32(self.name.encode())
        return digest % 126, 4 + digest // 126 % 250

    def address(self, subnet, host):
        return f"fd00:{subnet:x}::{host:x}" if self.ipv6 else f"10.0.{subnet}.{host}"

    @property
    def client_address(self):
        return self.address(*self.place)

    @property
    def server_address(self):
        subnet, host = self.place
        return self.address(subnet + 128, host)

    @property
    def first_port(self):
        return 40000 + 2 * (zlib.crc32(self.name.encode()) % 9000)

    @property
    def headline(self):
        return self.prose.partition(". ")[0].rstrip(".") + "."


def scenario(cause, **properties):
    if isinstance(properties.get("at"), str):
        properties["at"] = (properties["at"],)

    def register(function):
        name = function.__name__.replace("_", "-")
        entry = Scenario(name, " ".join(function.__doc__.split()), cause,
                         function, **properties)
        if entry.place in (other.place for other in ALL.values()):
            raise ValueError(f"{name} has the addresses of another scenario; choose another name")
        ALL[name] = entry
        return function
    return register

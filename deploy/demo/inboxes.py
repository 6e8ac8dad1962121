"""Approvers working through their inboxes, as people do: one look, then task after task."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from deploy.api_client import wait_until
from deploy.demo.scenes import Scene
from deploy.office import Office
from deploy.people import PEOPLE

Entry = Callable[[Scene], Mapping[str, Any]]
"""What is entered at a node, by customer."""

_LEADS = ("chen.jing", "zhou.min")
_OPERATIONS = ("billing_expert", "audit_expert", "risk_expert", "customer_care", "operations_vp", "routing_manager")
_SECONDS_MAX = 60.0


class Inboxes:
    """Everybody's to-do lists, for the customers of the demo."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def approve(
        self, code: str, role: str, scenes: Iterable[Scene], day: Callable[[Scene], date], *, entry: Entry | None = None
    ) -> None:
        """Have whoever holds a role approve what waits there of these customers.

        :param role: a role's code, ``lead`` for each customer's own, ``owner`` for its salesperson, ``operations`` for the six.
        :param day: when it is approved.
        """
        wanted = {scene.customer_id: scene for scene in scenes}
        for login in self._logins(role):
            desk = self._office.desk(login)
            for row in desk.client.every("/processes", box="todo", code=code, page_size=200):
                scene = wanted.get(row["customer_id"])
                if scene is None or (role == "operations" and login != self._operator_of(scene)):
                    continue
                with self._office.at(day(scene)):
                    form = dict(entry(scene)) if entry else {}
                    desk.client.post(f"/tasks/{row['task_id']}/approve", {"opinion": "同意", "form": form})

    def wait_for_tasks(self, code: str, scenes: Iterable[Scene]) -> None:
        """Until each of these customers' owners has such a task: of processes that start by themselves."""
        for scene in scenes:
            client, customer_id = scene.sales.client, scene.customer_id
            wait_until(
                f"{code} of {scene.planned.company.name}",
                lambda client=client, customer_id=customer_id: client.get(  # type: ignore[misc]  # a default binds the loop's value
                    "/processes", box="todo", code=code, customer_id=customer_id
                )["items"],
                seconds_max=_SECONDS_MAX,
            )

    def wait_until_in_force(self, code: str, scenes: Iterable[Scene]) -> None:
        """Until the effect of every archived process of this code of these customers is in force."""
        wanted = {scene.customer_id for scene in scenes}
        admin = self._office.holder("sales_admin").client

        def all_in_force() -> bool:
            rows = admin.every("/processes", code=code, state="archived", page_size=200)
            return all(row["effect"] == "in_force" for row in rows if row["customer_id"] in wanted)

        wait_until(f"the effects of {code}", all_in_force, seconds_max=_SECONDS_MAX)

    def _logins(self, role: str) -> Iterable[str]:
        match role:
            case "lead":
                return _LEADS
            case "owner":
                return [person.login for person in PEOPLE if person.roles == ("sales",)]
            case "operations":
                return [self._office.holder(each).login for each in _OPERATIONS]
            case _:
                return [self._office.holder(role).login]

    def _operator_of(self, scene: Scene) -> str:
        return self._office.holder(_OPERATIONS[scene.number % len(_OPERATIONS)]).login

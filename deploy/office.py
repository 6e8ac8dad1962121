"""The sales force at work: everybody's desk at the gateway, as the demo and the story use it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from deploy.api_client import ApiClient, ApiProblem, morning_of, wait_until
from deploy.people import DEMO_PASSWORD, login_of


class Desk:
    """One person, signed in.

    :param client: his or her connection; ask it for whatever has no verb here.
    """

    def __init__(self, client: ApiClient) -> None:
        self.client = client
        self.login = str(client.user["login"])
        self.id = str(client.user["id"])
        self.name = str(client.user["name"])

    @classmethod
    def of(cls, login: str, base_url: str) -> "Desk":
        """Sign somebody in."""
        client = ApiClient(base_url)
        client.sign_in(login, DEMO_PASSWORD)
        return cls(client)

    def start(self, code: str, subject_id: str, form: Mapping[str, Any]) -> str:
        """Start a process.

        :returns: its id.
        """
        return str(self.client.post("/processes", {"code": code, "subject_id": subject_id, "form": dict(form)})["id"])

    def found(self, path: str) -> dict[str, Any] | None:
        """What is there; ``None`` as long as there is nothing to be seen."""
        try:
            page: dict[str, Any] = self.client.get(path)
        except ApiProblem as problem:
            if problem.status == 404 or problem.is_not_known_yet:
                return None
            raise
        return page

    def process(self, process_id: str) -> dict[str, Any] | None:
        """A process's page; ``None`` as long as there is none to be seen."""
        return self.found(f"/processes/{process_id}")

    def own_task(self, process_id: str) -> dict[str, Any]:
        """The task that a process has for this person, once it is there."""

        def look() -> dict[str, Any] | None:
            page = self.process(process_id)
            return page and page["task"]

        return wait_until(f"a task of {process_id} for {self.name}", look)

    def approve(self, process_id: str, *, opinion: str = "同意", form: Mapping[str, Any] | None = None) -> None:
        """Approve the task that the process has for this person, once it is there."""
        task = self.own_task(process_id)
        self.client.post(f"/tasks/{task['id']}/approve", {"opinion": opinion, "form": dict(form or {})})

    def reject(self, process_id: str, opinion: str) -> None:
        """Reject the process."""
        task = self.own_task(process_id)
        self.client.post(f"/tasks/{task['id']}/reject", {"opinion": opinion})

    def wait_until_in_force(self, process_id: str) -> dict[str, Any]:
        """Until an archived process's effect is in force.

        :returns: its page.
        """

        def look() -> dict[str, Any] | None:
            page = self.process(process_id)
            return page if page and page["state"] == "archived" and page["effect"]["state"] == "in_force" else None

        return wait_until(f"the effect of process {process_id}", look)

    def attach(self, name: str, content: bytes) -> dict[str, Any]:
        """Upload an attachment.

        :returns: what a form holds of it.
        """
        stored = self.client.upload("/attachments", name, content)
        return {"id": stored["id"], "name": stored["name"]}


class Office:
    """Everybody's desk; each signs in when first needed. For one thread.

    :param base_url: the gateway's.
    """

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self._desks: dict[str, Desk] = {}
        self._as_of: datetime | None = None

    def desk(self, login: str) -> Desk:
        """Somebody's desk."""
        if login not in self._desks:
            # Signing in is of the present: a session that began in the past would be over before its first use.
            self._desks[login] = Desk.of(login, self.base_url)
            self._desks[login].client.as_of = self._as_of
        return self._desks[login]

    def sign_in(self, logins: Iterable[str]) -> None:
        """Sign people in now, should it matter when."""
        for login in logins:
            self.desk(login)

    def holder(self, role: str) -> Desk:
        """The desk of the one who holds a role."""
        return self.desk(login_of(role))

    @contextmanager
    def at(self, moment: datetime | date) -> Iterator[None]:
        """Let everything that is done meanwhile happen at a moment (of a day: at ten in the morning in Shanghai)."""
        before = self._as_of
        self._set_time(morning_of(moment))
        try:
            yield
        finally:
            self._set_time(before)

    def close(self) -> None:
        for desk in self._desks.values():
            desk.client.close()

    def _set_time(self, moment: datetime | None) -> None:
        self._as_of = moment
        for desk in self._desks.values():
            desk.client.as_of = moment

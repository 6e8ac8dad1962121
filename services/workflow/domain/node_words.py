"""A definition's nodes in words, Chinese and English: who acts, under which condition one passes, what is entered. Pure.

For pictures (spec, workflow.md, "Administration": "definitions can be viewed as a picture") and dry runs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from services.contracts.people import ROLES
from services.workflow.domain.conditions import pass_words
from services.workflow.domain.definitions import START, Actors, Definition, Node

Words = tuple[str, str]
"""Chinese and English."""

INITIATOR: Final[Words] = ("发起人", "The initiator")


@dataclass(frozen=True)
class NodeWords:
    """
    :param actors: who acts.
    :param condition: when it passes by itself; ``None`` for never.
    :param enters: the names of the fields that are entered there.
    """

    node: Node
    actors: Words
    condition: Words | None
    enters: tuple[Words, ...]

    @property
    def asks_many(self) -> bool:
        """Whether several people may be asked, so that it matters how many must agree."""
        actors = self.node.actors
        return len(actors.user_ids) > 1 if actors.kind == "users" else actors.kind not in ("initiator", "lead")


def words_of_nodes(definition: Definition, user_names: Mapping[str, str]) -> list[NodeWords]:
    """One line a node, in order.

    :param user_names: of the users that nodes name, by id; one who is not there is shown by id.
    """
    return [
        NodeWords(
            node,
            actors_in_words(node.actors, user_names),
            None if node.pass_when is None else pass_words(node.pass_when, definition.operands),
            tuple((field.name_zh, field.name_en) for field in definition.fields_at(node.code) if node.code != START),
        )
        for node in definition.nodes
    ]


def role_names(roles: Iterable[str]) -> list[Words]:
    """As people call them."""
    return [ROLES.get(role, (role, role)) for role in roles]


def actors_in_words(actors: Actors, user_names: Mapping[str, str]) -> Words:
    """Who acts."""
    roles_zh = "、".join(zh for zh, _ in role_names(actors.roles))
    roles_en = ", ".join(en for _, en in role_names(actors.roles))
    match actors.kind:
        case "initiator":
            return INITIATOR
        case "lead":
            return "发起人部门或其上级部门的领导", "The lead of the initiator's department or of the nearest one above"
        case "department_role":
            return f"发起人部门或其上级部门的{roles_zh}", f"{roles_en} of the initiator's department or of the nearest one above"
        case "users":
            names = [user_names.get(user_id, user_id) for user_id in actors.user_ids]
            return "、".join(names), ", ".join(names)
        case "chosen":
            return (
                f"由发起人在{roles_zh}中选定" if roles_zh else "由发起人选定",
                f"Whom the initiator chooses among {roles_en}" if roles_en else "Whom the initiator chooses",
            )
    return roles_zh, roles_en

"""The sales force of the demo and the story: a parent department, two below it, the back office, and every role.

All names are invented. Their passwords are the same and known to everybody: demo systems only.
"""

from dataclasses import dataclass
from typing import Final

DEMO_PASSWORD: Final = "l2c-demo-pass"  # noqa: S105  # known on purpose; see above


@dataclass(frozen=True)
class Department:
    """A department of the company's own tree, named; ``lead`` is a login."""

    name: str
    parent: str | None
    lead: str | None


@dataclass(frozen=True)
class Person:
    """Somebody who signs in."""

    login: str
    name: str
    department: str
    roles: tuple[str, ...]

    @property
    def email(self) -> str:
        """An address of the domain that is kept free for examples (RFC 2606): no letter of the demo reaches anybody."""
        return f"{self.login}@example.com"


DIVISION: Final = "销售事业部"
EAST: Final = "华东销售部"
SOUTH: Final = "华南销售部"
OPERATIONS: Final = "运营中心"
HEADQUARTERS: Final = "总部职能部"

DEPARTMENTS: Final = (
    Department(DIVISION, None, "lin.zhengyuan"),
    Department(EAST, DIVISION, "chen.jing"),
    Department(SOUTH, DIVISION, "zhou.min"),
    Department(OPERATIONS, None, "luo.wenbin"),
    Department(HEADQUARTERS, None, None),
)

PEOPLE: Final = (
    Person("admin", "系统管理员", HEADQUARTERS, ("admin",)),
    Person("lin.zhengyuan", "林正远", DIVISION, ("sales_director",)),
    Person("chen.jing", "陈静", EAST, ("sales_lead",)),
    Person("zhang.wei", "张伟", EAST, ("sales",)),
    Person("wang.fang", "王芳", EAST, ("sales",)),
    Person("li.qiang", "李强", EAST, ("sales",)),
    Person("zhou.min", "周敏", SOUTH, ("sales_lead",)),
    Person("liu.yang", "刘洋", SOUTH, ("sales",)),
    Person("zhao.lei", "赵磊", SOUTH, ("sales",)),
    Person("sun.li", "孙丽", SOUTH, ("sales",)),
    Person("wu.xia", "吴霞", HEADQUARTERS, ("sales_admin",)),
    Person("zheng.hua", "郑华", HEADQUARTERS, ("finance",)),
    Person("qian.jun", "钱军", HEADQUARTERS, ("legal",)),
    Person("he.ping", "何平", OPERATIONS, ("resource",)),
    Person("xu.kai", "徐凯", OPERATIONS, ("tech_support",)),
    Person("ma.chao", "马超", OPERATIONS, ("billing_expert",)),
    Person("hu.bin", "胡斌", OPERATIONS, ("audit_expert",)),
    Person("guo.tao", "郭涛", OPERATIONS, ("risk_expert",)),
    Person("gao.yan", "高燕", OPERATIONS, ("customer_care",)),
    Person("luo.wenbin", "罗文斌", OPERATIONS, ("operations_vp",)),
    Person("tang.bo", "唐博", OPERATIONS, ("routing_manager",)),
)


def login_of(role: str) -> str:
    """Who holds a role that one person holds."""
    (login,) = [person.login for person in PEOPLE if role in person.roles]
    return login

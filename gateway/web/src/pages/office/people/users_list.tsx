import { Space, Tag } from "antd";
import { useMemo } from "react";
import { query } from "../../../api/client";
import { dayOf } from "../../../format/dates";
import type { Filter } from "../../../list/filters";
import { type Column, RecordList, type RowOf } from "../../../list/record_list";
import { DepartmentSelect } from "../../../pick/selects";
import { listed, useWords } from "../../../words";
import { UserState } from "./user_state";

type User = RowOf<"/api/v1/users">;

const KEPT = ["tab", "user"];

export function UsersList({ onOpen }: { onOpen: (id: string) => void }) {
  const { t, term, named } = useWords();
  const { data: roles } = query.useQuery("get", "/api/v1/roles", undefined, { staleTime: Number.POSITIVE_INFINITY });
  const columns = useMemo<Column<User>[]>(
    () => [
      {
        key: "name",
        title: t("office.users.name"),
        width: 180,
        show: (user) => (
          <Space size={8}>
            {user.name}
            {user.is_service && <Tag>{t("office.users.service")}</Tag>}
          </Space>
        ),
        onPhone: "title",
      },
      { key: "login", title: t("office.users.login"), width: 150, show: ({ login }) => login, onPhone: "line" },
      {
        key: "department",
        title: t("office.users.department"),
        width: 150,
        show: (user) => user.department_name ?? "–",
        onPhone: "line",
      },
      {
        key: "roles",
        title: t("office.users.roles"),
        width: 260,
        show: (user) => listed(user.roles.map((role) => term("role", role))) || "–",
        onPhone: "line",
      },
      { key: "email", title: t("office.users.email"), width: 220, show: ({ email }) => email ?? "–", isHidden: false },
      {
        key: "state",
        title: t("office.users.state"),
        width: 120,
        show: (user) => <UserState user={user} />,
        onPhone: "corner",
      },
      {
        key: "created_at",
        title: t("office.users.created_at"),
        width: 120,
        show: (user) => dayOf(user.created_at),
        isHidden: true,
      },
    ],
    [t, term],
  );
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "text", name: "q", label: t("office.users.search") },
      {
        kind: "choice",
        name: "role",
        label: t("office.users.role"),
        options: (roles?.items ?? []).map((role) => ({ value: role.code, label: named(role) })),
        isLoading: roles === undefined,
      },
      {
        kind: "own",
        names: ["department_id"],
        label: t("office.users.department"),
        show: (values, set) => (
          <DepartmentSelect
            value={values.department_id}
            label={t("office.users.department")}
            placeholder={t("office.users.department")}
            onChange={(department) => set({ department_id: department })}
          />
        ),
      },
      { kind: "flag", name: "active", label: t("office.users.active") },
    ],
    [t, named, roles],
  );
  return (
    <RecordList
      name="users"
      path="/api/v1/users"
      columns={columns}
      filters={filters}
      kept={KEPT}
      onOpen={(user) => onOpen(user.id)}
    />
  );
}

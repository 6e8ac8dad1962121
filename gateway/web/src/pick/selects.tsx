/** Choices that many forms and filters ask for: a customer, a person, a department. Each works as a form's field. */
import { Select } from "antd";
import { api, query, type Schemas } from "../api/client";
import { listed, useWords } from "../words";
import { type Choice, RemoteSelect } from "./remote_select";

interface SelectProps {
  value?: string | null;
  onChange?: (value: string | undefined) => void;
  placeholder?: string;
  disabled?: boolean;
  isClearable?: boolean;
  id?: string;
  label?: string;
}

const FIRST = 20;

/** @param props.tier only those of one tier. */
export function CustomerSelect({ tier = "", ...props }: SelectProps & { tier?: string }) {
  const { term } = useWords();
  return (
    <RemoteSelect
      {...props}
      name={`customer ${tier}`}
      find={async (q, signal) => {
        const { data } = await api.GET("/api/v1/customers", {
          params: { query: { q, tier, page_size: FIRST } },
          signal,
        });
        return (data?.items ?? []).map((customer) => ({
          value: customer.id,
          label: customer.name,
          note: [term("tier", customer.tier), customer.owner_name].filter(Boolean).join(" · "),
        }));
      }}
      describe={async (id, signal) => {
        const { data } = await api.GET("/api/v1/customers/{customer_id}", {
          params: { path: { customer_id: id } },
          signal,
        });
        return { value: id, label: data?.name ?? id };
      }}
    />
  );
}

type User = Schemas["User"];
/** What a definition names as a handler's role comes as a text. */
type Role = User["roles"][number];

/** Those who are active and hold the role, or anybody; whoever fits best first. */
async function findUsers(q: string, role: string | undefined, signal: AbortSignal): Promise<User[]> {
  const { data } = await api.GET("/api/v1/users", {
    params: { query: { q, page_size: FIRST, active: true, role: role as Role | undefined } },
    signal,
  });
  return data?.items ?? [];
}

/** @param props.holding only people who hold one of these roles; without any, everybody. */
export function UserSelect({ holding = [], ...props }: SelectProps & { holding?: readonly string[] }) {
  const { term } = useWords();
  return (
    <RemoteSelect
      {...props}
      name={`user ${holding}`}
      find={async (q, signal) => {
        const roles = holding.length === 0 ? [undefined] : holding;
        const found = (await Promise.all(roles.map((role) => findUsers(q, role, signal)))).flat();
        // Whoever holds two of them is one choice.
        return [...new Map(found.map((user) => [user.id, user])).values()].map((user) => ({
          value: user.id,
          label: user.name,
          note: [user.department_name, listed(user.roles.map((each) => term("role", each)))]
            .filter(Boolean)
            .join(" · "),
        }));
      }}
      describe={async (id, signal) => {
        const { data } = await api.GET("/api/v1/users/{user_id}", { params: { path: { user_id: id } }, signal });
        return { value: id, label: data?.name ?? id };
      }}
    />
  );
}

/** The company's own departments, whole. */
export function DepartmentSelect({ label, isClearable = true, ...props }: SelectProps) {
  const { data, isPending } = query.useQuery("get", "/api/v1/departments", undefined, { staleTime: 5 * 60_000 });
  // A closed one is not to be chosen, and is called by its name where it was.
  const options: Choice[] = (data?.items ?? [])
    .filter(({ id, closed }) => !closed || id === props.value)
    .map(({ id, name }) => ({ value: id, label: name }));
  return (
    <Select
      {...props}
      aria-label={label}
      allowClear={isClearable}
      loading={isPending}
      showSearch={{ optionFilterProp: "label" }}
      options={options}
      style={{ width: "100%" }}
    />
  );
}

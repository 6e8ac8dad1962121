import { Button, Checkbox, Grid, Popconfirm, Space, Table, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { api, query, type Schemas, seenAt } from "../../../api/client";
import { useAction } from "../../../forms/use_action";
import { Loaded } from "../../../shell/states";
import { useWords } from "../../../words";
import { DepartmentForm } from "./department_form";

type Department = Schemas["Department"];

interface Branch extends Department {
  children?: Branch[];
}

/** The departments that have the same parent, each with those below it, by name. */
function branchesBelow(parent: string | null, departments: Department[]): Branch[] | undefined {
  const found = departments
    .filter(({ parent_id }) => parent_id === parent)
    .sort((a, b) => a.name.localeCompare(b.name, "zh"))
    .map((department) => ({ ...department, children: branchesBelow(department.id, departments) }));
  return found.length > 0 ? found : undefined;
}

export function DepartmentsTree() {
  const departments = query.useQuery("get", "/api/v1/departments");
  return <Loaded query={departments}>{({ items }) => <Tree departments={items} />}</Loaded>;
}

function Tree({ departments }: { departments: Department[] }) {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  const [form, setForm] = useState<{ id?: string; parentId?: string }>();
  const [showsClosed, setShowsClosed] = useState(false);
  const branches = useMemo(
    () => branchesBelow(null, showsClosed ? departments : departments.filter(({ closed }) => !closed)) ?? [],
    [departments, showsClosed],
  );
  return (
    <>
      {departments.some(({ closed }) => closed) && (
        <Checkbox checked={showsClosed} onChange={({ target }) => setShowsClosed(target.checked)}>
          {t("office.departments.show_closed")}
        </Checkbox>
      )}
      <Table<Branch>
        rowKey="id"
        size={isWide ? "large" : "small"}
        pagination={false}
        dataSource={branches}
        expandable={{ defaultExpandAllRows: true }}
        columns={[
          {
            key: "name",
            title: t("office.departments.name"),
            render: (_, department) => (
              <>
                <Link to={`/office/users?department_id=${department.id}&active=true`}>{department.name}</Link>{" "}
                {department.closed && <Tag>{t("office.departments.closed")}</Tag>}
                {!isWide && department.lead_name && <div className="quiet">{department.lead_name}</div>}
              </>
            ),
          },
          {
            key: "lead",
            title: t("office.departments.lead"),
            responsive: ["md"],
            render: (_, department) =>
              department.lead_name ?? <span className="quiet">{t("office.departments.no_lead")}</span>,
          },
          {
            key: "actions",
            align: "right",
            render: (_, department) => (
              <Space wrap size={4} style={{ justifyContent: "flex-end" }}>
                {!department.closed && (
                  <Button size="small" onClick={() => setForm({ parentId: department.id })}>
                    {t("office.departments.add_below")}
                  </Button>
                )}
                <Button size="small" onClick={() => setForm({ id: department.id })}>
                  {t("common.edit")}
                </Button>
                <OpenOrClose department={department} />
              </Space>
            ),
          },
        ]}
      />
      <DepartmentForm
        // As it is now: also after somebody else has changed it.
        department={form?.id === undefined ? undefined : departments.find(({ id }) => id === form.id)}
        parentId={form?.parentId}
        isOpen={form !== undefined}
        onClose={() => setForm(undefined)}
      />
    </>
  );
}

/** Close a department that has nobody any more, or open it again; what was done there stays. */
function OpenOrClose({ department: { id, name, closed, version } }: { department: Department }) {
  const { t } = useWords();
  const { isBusy, act } = useAction();
  const set = (closed: boolean) =>
    act(
      () =>
        api.PATCH("/api/v1/departments/{department_id}", {
          params: { path: { department_id: id }, header: seenAt(version) },
          body: { closed },
        }),
      { readAgain: ["/api/v1/departments"] },
    );
  if (closed) {
    return (
      <Button size="small" loading={isBusy} onClick={() => void set(false)}>
        {t("office.departments.open")}
      </Button>
    );
  }
  return (
    <Popconfirm
      title={t("office.departments.close_title", { name })}
      description={t("office.departments.close_text")}
      okText={t("office.departments.close")}
      cancelText={t("common.cancel")}
      onConfirm={() => set(true)}
    >
      <Button size="small" loading={isBusy}>
        {t("office.departments.close")}
      </Button>
    </Popconfirm>
  );
}

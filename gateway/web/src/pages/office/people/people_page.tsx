import { Button, Tabs } from "antd";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { NotAllowed } from "../../../shell/states";
import { useTitle } from "../../../shell/tabs";
import { useTab } from "../../../shell/use_tab";
import { useWords } from "../../../words";
import "../office.css";
import { DepartmentForm } from "./department_form";
import { DepartmentsTree } from "./departments_tree";
import { UserDrawer } from "./user_drawer";
import { UserForm } from "./user_form";
import { UsersList } from "./users_list";

const TABS = ["users", "departments"] as const;

/** Who works here, in which department, in which roles; for who may change it, as others read people only to name them. */
export function PeoplePage() {
  const { may } = useSession();
  return may("people.write") ? <People /> : <NotAllowed />;
}

function People() {
  const { t } = useWords();
  useTitle(t("shell.menu.users"));
  const [params, setParams] = useSearchParams();
  const [isAdding, setAdding] = useState(false);
  const [tab, showTab] = useTab(TABS);
  const isOfDepartments = tab === "departments";

  function showUser(id: string | undefined) {
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (id === undefined) {
        after.delete("user");
      } else {
        after.set("user", id);
      }
      return after;
    });
  }

  return (
    <Page
      title={t("shell.menu.users")}
      isFilled={!isOfDepartments}
      actions={
        <Button type="primary" onClick={() => setAdding(true)}>
          {t(isOfDepartments ? "office.departments.add" : "office.users.add")}
        </Button>
      }
      extra={
        <Tabs
          tabBarStyle={{ marginBottom: 0 }}
          activeKey={tab}
          onChange={showTab}
          items={[
            { key: "users", label: t("office.users.title") },
            { key: "departments", label: t("office.departments.title") },
          ]}
        />
      }
    >
      {isOfDepartments ? <DepartmentsTree /> : <UsersList onOpen={showUser} />}
      <UserDrawer id={params.get("user") ?? undefined} onClose={() => showUser(undefined)} />
      <UserForm isOpen={isAdding && !isOfDepartments} onClose={() => setAdding(false)} />
      <DepartmentForm isOpen={isAdding && isOfDepartments} onClose={() => setAdding(false)} />
    </Page>
  );
}

import { Button, Form, Input, Select, Space, Switch } from "antd";
import { useState } from "react";
import { api, query, type Schemas, seenAt } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { changesOf } from "../../../forms/changes";
import { FollowRecord } from "../../../forms/follow_record";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { DepartmentSelect } from "../../../pick/selects";
import { useWords } from "../../../words";
import { type FirstPassword, FirstPasswordShown, newPassword } from "./first_password";

interface UserFormProps {
  /** Whom to change; without, somebody new. */
  user?: Schemas["User"];
  isOpen: boolean;
  onClose: () => void;
}

interface Entered {
  login: string;
  name: string;
  email?: string;
  department_id?: string;
  roles: Schemas["User"]["roles"];
  is_service?: boolean;
  password?: string;
}

export function UserForm({ user, isOpen, onClose }: UserFormProps) {
  const { t, named } = useWords();
  const once = useMadeOnce();
  const [shown, setShown] = useState<FirstPassword>();
  const { data: roles } = query.useQuery("get", "/api/v1/roles", undefined, { staleTime: Number.POSITIVE_INFINITY });
  const { data: ways } = query.useQuery("get", "/api/v1/session/providers", undefined, {
    staleTime: Number.POSITIVE_INFINITY,
  });
  const needsPassword = !ways?.items.some(({ kind }) => kind === "oidc");

  async function save(entered: Entered) {
    const { name, login, roles: chosen, password, is_service = false } = entered;
    const common = {
      name,
      email: entered.email || null,
      department_id: entered.department_id ?? null,
      roles: chosen,
    };
    if (user !== undefined) {
      await api.PATCH("/api/v1/users/{user_id}", {
        params: { path: { user_id: user.id }, header: seenAt(user.version) },
        body: changesOf(user, common),
      });
    } else {
      const first = is_service ? undefined : password || undefined;
      await once((header) =>
        api.POST("/api/v1/users", {
          params: { header },
          body: { ...common, login, is_service, password: first ?? null },
        }),
      );
      if (first !== undefined) {
        setShown({ name, login, password: first });
      }
    }
    await readAgain("/api/v1/users");
  }

  return (
    <>
      <FormDrawer<Entered>
        title={user ? t("office.users.edit", { name: user.name }) : t("office.users.add")}
        isOpen={isOpen}
        onClose={onClose}
        onSubmit={save}
        readAgain={() => readAgain("/api/v1/users")}
        initialValues={user ? valuesOf(user) : { roles: [], is_service: false, password: newPassword() }}
      >
        {(form) => (
          <>
            {user && <FollowRecord version={user.version} values={valuesOf(user)} />}
            {user === undefined && (
              <>
                <Form.Item
                  name="is_service"
                  label={t("office.users.is_service")}
                  extra={t("office.users.service_note")}
                >
                  <Switch />
                </Form.Item>
                <Form.Item
                  name="login"
                  label={t("office.users.login")}
                  extra={t("office.users.login_note")}
                  rules={[{ required: true, message: t("office.required") }]}
                >
                  <Input autoComplete="off" autoCapitalize="none" maxLength={64} />
                </Form.Item>
              </>
            )}
            <Form.Item
              name="name"
              label={t("office.users.name")}
              rules={[{ required: true, message: t("office.required") }]}
            >
              <Input maxLength={100} />
            </Form.Item>
            <Form.Item name="department_id" label={t("office.users.department")}>
              <DepartmentSelect />
            </Form.Item>
            <Form.Item name="roles" label={t("office.users.roles")} extra={t("office.users.roles_note")}>
              <Select
                mode="multiple"
                showSearch={{ optionFilterProp: "label" }}
                options={(roles?.items ?? []).map((role) => ({ value: role.code, label: named(role) }))}
              />
            </Form.Item>
            <Form.Item name="email" label={t("office.users.email")}>
              <Input type="email" maxLength={254} />
            </Form.Item>
            {user === undefined && (
              <Form.Item noStyle dependencies={["is_service"]}>
                {({ getFieldValue }) =>
                  getFieldValue("is_service") ? null : (
                    <Form.Item
                      label={t("office.users.first_password")}
                      extra={t("office.users.first_password_note")}
                      required={needsPassword}
                    >
                      <Space.Compact style={{ width: "100%" }}>
                        <Form.Item
                          name="password"
                          noStyle
                          rules={[{ required: needsPassword, message: t("office.required") }]}
                        >
                          <Input aria-label={t("office.users.first_password")} autoComplete="new-password" />
                        </Form.Item>
                        <Button onClick={() => form.setFieldValue("password", newPassword())}>
                          {t("office.users.generate")}
                        </Button>
                      </Space.Compact>
                    </Form.Item>
                  )
                }
              </Form.Item>
            )}
          </>
        )}
      </FormDrawer>
      <FirstPasswordShown shown={shown} onClose={() => setShown(undefined)} />
    </>
  );
}

function valuesOf({ name, email, department_id, roles }: Schemas["User"]) {
  return { name, email, department_id, roles };
}

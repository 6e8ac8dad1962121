import { Alert, App, Button, Descriptions, Drawer, Grid, Space } from "antd";
import { useState } from "react";
import { api, query, type Schemas, seenAt } from "../../../api/client";
import { minuteOf } from "../../../format/dates";
import { useAction } from "../../../forms/use_action";
import { useSession } from "../../../shell/session";
import { Loaded } from "../../../shell/states";
import { listed, useWords } from "../../../words";
import { type FirstPassword, FirstPasswordShown, newPassword } from "./first_password";
import { LeavingDrawer } from "./leaving_drawer";
import { UserForm } from "./user_form";
import { UserState } from "./user_state";

/** One user: who it is, how he or she signs in, and what an administrator can do about it. */
export function UserDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useWords();
  const isWide = Grid.useBreakpoint().md ?? true;
  const user = query.useQuery(
    "get",
    "/api/v1/users/{user_id}",
    { params: { path: { user_id: id ?? "" } } },
    { enabled: id !== undefined },
  );
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      title={user.data?.name ?? t("office.users.user")}
      size={isWide ? 560 : "100%"}
      destroyOnHidden
    >
      {id !== undefined && <Loaded query={user}>{(found) => <UserShown user={found} />}</Loaded>}
    </Drawer>
  );
}

function UserShown({ user }: { user: Schemas["User"] }) {
  const { t, term } = useWords();
  const [open, setOpen] = useState<"edit" | "leaving">();
  const successor = query.useQuery(
    "get",
    "/api/v1/users/{user_id}",
    { params: { path: { user_id: user.successor_id ?? "" } } },
    { enabled: user.successor_id !== null },
  );
  return (
    <>
      <UserActions user={user} onEdit={() => setOpen("edit")} onLeave={() => setOpen("leaving")} />
      <Descriptions
        column={1}
        style={{ marginTop: 20 }}
        items={[
          { key: "state", label: t("office.users.state"), children: <UserState user={user} /> },
          { key: "login", label: t("office.users.login"), children: user.login },
          {
            key: "department",
            label: t("office.users.department"),
            children: user.department_name ?? "–",
          },
          {
            key: "roles",
            label: t("office.users.roles"),
            children: listed(user.roles.map((role) => term("role", role))) || "–",
          },
          { key: "email", label: t("office.users.email"), children: user.email ?? "–" },
          { key: "created_at", label: t("office.users.created_at"), children: minuteOf(user.created_at) },
          ...(user.successor_id === null
            ? []
            : [{ key: "successor", label: t("office.users.successor"), children: successor.data?.name ?? "…" }]),
        ]}
      />
      {!user.is_service && <Identities user={user} />}
      <UserForm user={user} isOpen={open === "edit"} onClose={() => setOpen(undefined)} />
      <LeavingDrawer user={user} isOpen={open === "leaving"} onClose={() => setOpen(undefined)} />
    </>
  );
}

function UserActions({ user, onEdit, onLeave }: { user: Schemas["User"]; onEdit: () => void; onLeave: () => void }) {
  const { t } = useWords();
  const { modal } = App.useApp();
  const { isBusy, act } = useAction();
  const { user: own } = useSession();
  const [shown, setShown] = useState<FirstPassword>();
  const path = { user_id: user.id };
  const again = { readAgain: ["/api/v1/users"] };
  const change = (body: Schemas["ChangeUser"], done?: string) =>
    act(() => api.PATCH("/api/v1/users/{user_id}", { params: { path, header: seenAt(user.version) }, body }), {
      ...again,
      done,
    });

  function setPassword() {
    const password = newPassword();
    modal.confirm({
      title: t("office.users.set_password_title", { name: user.name }),
      content: t("office.users.set_password_text"),
      okText: t("office.users.set_password"),
      onOk: async () => {
        if (await change({ password })) {
          setShown({ name: user.name, login: user.login, password });
        }
      },
    });
  }
  function signOut() {
    modal.confirm({
      title: t("office.users.sign_out_title", { name: user.name }),
      content: t("office.users.sign_out_text"),
      okText: t("office.users.sign_out"),
      onOk: () =>
        act(() => api.DELETE("/api/v1/users/{user_id}/sessions", { params: { path } }), {
          done: t("office.users.signed_out"),
        }),
    });
  }

  return (
    <Space wrap>
      <Button type="primary" onClick={onEdit}>
        {t("common.edit")}
      </Button>
      {user.active && !user.is_service && (
        <>
          <Button onClick={setPassword}>{t("office.users.set_password")}</Button>
          <Button onClick={signOut}>{t("office.users.sign_out")}</Button>
        </>
      )}
      {user.active ? (
        user.id !== own.id && (
          <Button danger onClick={onLeave}>
            {t("office.users.leave")}
          </Button>
        )
      ) : (
        <Button loading={isBusy} onClick={() => void change({ active: true }, t("office.users.returned"))}>
          {t("office.users.return")}
        </Button>
      )}
      <FirstPasswordShown shown={shown} onClose={() => setShown(undefined)} />
    </Space>
  );
}

/** Whom the company's identity provider knows the user as. */
function Identities({ user }: { user: Schemas["User"] }) {
  const { t } = useWords();
  const { modal } = App.useApp();
  const { act } = useAction();
  const params = { path: { user_id: user.id } };
  const identities = query.useQuery("get", "/api/v1/users/{user_id}/identities", { params });
  function unbind() {
    modal.confirm({
      title: t("office.users.unbind_title", { name: user.name }),
      content: t("office.users.unbind_text"),
      okText: t("office.users.unbind"),
      onOk: () =>
        act(() => api.DELETE("/api/v1/users/{user_id}/identities", { params }), {
          readAgain: ["/api/v1/users"],
          done: t("office.users.unbound"),
        }),
    });
  }
  return (
    <section>
      <h2 className="office-heading">{t("office.users.identities")}</h2>
      <Loaded query={identities} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t("office.users.no_identities")}</p>
          ) : (
            <>
              {items.map((identity) => (
                <Alert
                  key={identity.subject}
                  type="info"
                  title={identity.login}
                  description={`${identity.issuer} · ${minuteOf(identity.bound_at)}`}
                  style={{ marginBottom: 8 }}
                />
              ))}
              <Button onClick={unbind}>{t("office.users.unbind")}</Button>
            </>
          )
        }
      </Loaded>
    </section>
  );
}

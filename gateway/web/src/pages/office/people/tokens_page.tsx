import { Alert, App, Button, Form, Input, InputNumber, Modal, Select, Tag, Typography } from "antd";
import { useMemo, useState } from "react";
import { api, query, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { dayOf, minuteOf } from "../../../format/dates";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { useAction } from "../../../forms/use_action";
import type { Filter } from "../../../list/filters";
import { type Column, RecordList } from "../../../list/record_list";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { useTitle } from "../../../shell/tabs";
import { listed, useWords } from "../../../words";
import { areasOf } from "./permission_areas";
import { usePermissionWords } from "./permission_words";
import { ServiceUserSelect } from "./service_user_select";

type Token = Schemas["Token"];

/** Bearer tokens, by which other systems come in. */
export function TokensPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.tokens"));
  const { may } = useSession();
  const [isIssuing, setIssuing] = useState(false);
  const columns = useTokenColumns();
  const filters = useMemo<Filter[]>(
    () => [
      {
        kind: "own",
        names: ["user_id"],
        label: t("office.tokens.user"),
        show: (values, set) => (
          <ServiceUserSelect
            value={values.user_id}
            label={t("office.tokens.user")}
            placeholder={t("office.tokens.user")}
            onChange={(user) => set({ user_id: user })}
          />
        ),
      },
    ],
    [t],
  );
  return (
    <Page
      title={t("shell.menu.tokens")}
      isFilled
      actions={
        may("tokens.write") && (
          <Button type="primary" onClick={() => setIssuing(true)}>
            {t("office.tokens.issue")}
          </Button>
        )
      }
    >
      <RecordList
        name="tokens"
        path="/api/v1/tokens"
        columns={columns}
        filters={filters}
        empty={t("office.tokens.empty")}
      />
      <TokenForm isOpen={isIssuing} onClose={() => setIssuing(false)} />
    </Page>
  );
}

function useTokenColumns(): Column<Token>[] {
  const { t } = useWords();
  const { permissionName } = usePermissionWords();
  return useMemo<Column<Token>[]>(
    () => [
      { key: "name", title: t("office.tokens.name"), width: 180, show: ({ name }) => name, onPhone: "title" },
      { key: "user", title: t("office.tokens.user"), width: 150, show: ({ user_name }) => user_name, onPhone: "line" },
      {
        key: "scopes",
        title: t("office.tokens.scopes"),
        width: 280,
        show: ({ scopes }) => listed(scopes.map(permissionName)),
        onPhone: "line",
      },
      {
        key: "state",
        title: t("office.tokens.state"),
        width: 110,
        show: (token) => <TokenState token={token} />,
        onPhone: "corner",
      },
      {
        key: "expires_at",
        title: t("office.tokens.expires_at"),
        width: 120,
        show: ({ expires_at }) => dayOf(expires_at),
        onPhone: "line",
      },
      {
        key: "created_at",
        title: t("office.tokens.created_at"),
        width: 150,
        show: ({ created_at }) => minuteOf(created_at),
      },
      {
        key: "revoke",
        title: t("common.actions"),
        width: 110,
        show: (token) => <RevokeButton token={token} />,
        onPhone: "line",
      },
    ],
    [t, permissionName],
  );
}

const isOver = ({ expires_at }: Token) => Date.parse(expires_at) < Date.now();

function TokenState({ token }: { token: Token }) {
  const { t } = useWords();
  if (token.revoked_at !== null) {
    return <Tag>{t("office.tokens.revoked")}</Tag>;
  }
  return isOver(token) ? (
    <Tag>{t("office.tokens.expired")}</Tag>
  ) : (
    <Tag color="success">{t("office.tokens.valid")}</Tag>
  );
}

function RevokeButton({ token }: { token: Token }) {
  const { t } = useWords();
  const { may } = useSession();
  const { modal } = App.useApp();
  const { act } = useAction();
  if (token.revoked_at !== null || isOver(token) || !may("tokens.write")) {
    return "–";
  }
  return (
    <Button
      size="small"
      danger
      onClick={() =>
        modal.confirm({
          title: t("office.tokens.revoke_title", { name: token.name }),
          content: t("office.tokens.revoke_text"),
          okText: t("office.tokens.revoke"),
          okButtonProps: { danger: true },
          onOk: () =>
            act(() => api.DELETE("/api/v1/tokens/{token_id}", { params: { path: { token_id: token.id } } }), {
              readAgain: ["/api/v1/tokens"],
              done: t("office.tokens.is_revoked"),
            }),
        })
      }
    >
      {t("office.tokens.revoke")}
    </Button>
  );
}

interface Entered {
  name: string;
  user_id: string;
  scopes: string[];
  days: number;
}

function TokenForm({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useWords();
  const once = useMadeOnce();
  const { areaName, permissionName } = usePermissionWords();
  const [issued, setIssued] = useState<string>();
  const { data: roles } = query.useQuery("get", "/api/v1/roles", undefined, { enabled: isOpen });
  const options = areasOf((roles?.items ?? []).flatMap(({ permissions }) => permissions)).map(
    ({ area, permissions }) => ({
      label: areaName(area),
      options: permissions.map((code) => ({ value: code, label: permissionName(code) })),
    }),
  );
  return (
    <>
      <FormDrawer<Entered>
        title={t("office.tokens.issue")}
        isOpen={isOpen}
        onClose={onClose}
        submitWords={t("office.tokens.issue")}
        initialValues={{ days: 90, scopes: [] }}
        onSubmit={async (entered) => {
          const { data } = await once((header) => api.POST("/api/v1/tokens", { params: { header }, body: entered }));
          setIssued(data?.token ?? undefined);
          await readAgain("/api/v1/tokens");
        }}
      >
        <Form.Item
          name="name"
          label={t("office.tokens.name")}
          extra={t("office.tokens.name_note")}
          rules={[{ required: true, message: t("office.required") }]}
        >
          <Input maxLength={100} />
        </Form.Item>
        <Form.Item
          name="user_id"
          label={t("office.tokens.user")}
          extra={t("office.tokens.user_note")}
          rules={[{ required: true, message: t("office.required") }]}
        >
          <ServiceUserSelect />
        </Form.Item>
        <Form.Item
          name="scopes"
          label={t("office.tokens.scopes")}
          extra={t("office.tokens.scopes_note")}
          rules={[{ required: true, message: t("office.required") }]}
        >
          <Select mode="multiple" showSearch={{ optionFilterProp: "label" }} options={options} />
        </Form.Item>
        <Form.Item
          name="days"
          label={t("office.tokens.days")}
          rules={[{ required: true, message: t("office.required") }]}
        >
          <InputNumber min={1} max={366} precision={0} suffix={t("office.days")} style={{ width: 160 }} />
        </Form.Item>
      </FormDrawer>
      <Modal
        open={issued !== undefined}
        title={t("office.tokens.issued")}
        okText={t("office.tokens.noted")}
        onOk={() => setIssued(undefined)}
        onCancel={() => setIssued(undefined)}
        cancelButtonProps={{ style: { display: "none" } }}
        mask={{ closable: false }}
      >
        <Alert type="warning" showIcon title={t("office.tokens.once")} style={{ marginBottom: 16 }} />
        <Typography.Paragraph code copyable style={{ overflowWrap: "anywhere" }}>
          {issued}
        </Typography.Paragraph>
      </Modal>
    </>
  );
}

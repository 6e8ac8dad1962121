import { Button, Form, Input } from "antd";
import { useMemo, useState } from "react";
import { api } from "../../api/client";
import { readAgain } from "../../api/queries";
import { quantity } from "../../format/figures";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";
import { AccountSelect } from "./account_select";

type Unknown = RowOf<"/api/v1/usage/unknown-accounts">;

const KEPT = ["tab"];

/** Names with usage that belong to no account: whose they may be, and the way to say so. */
export function UnknownAccounts() {
  const { t } = useWords();
  const { may } = useSession();
  const [asked, setAsked] = useState<{ name: string; accountId?: string }>();
  const columns = useUnknownColumns(may("usage.assign") ? setAsked : undefined);
  const filters = useMemo<Filter[]>(() => [{ kind: "month", name: "month", label: t("billing.usage.month") }], [t]);
  return (
    <>
      <RecordList
        name="usage_unknown"
        path="/api/v1/usage/unknown-accounts"
        columns={columns}
        filters={filters}
        kept={KEPT}
        keyOf={({ name }) => name}
        empty={t("billing.usage.all_known")}
      />
      <Assign asked={asked} onClose={() => setAsked(undefined)} />
    </>
  );
}

type Ask = (asked: { name: string; accountId?: string }) => void;

function useUnknownColumns(ask: Ask | undefined): Column<Unknown>[] {
  const { t } = useWords();
  return useMemo<Column<Unknown>[]>(
    () => [
      { key: "name", title: t("billing.usage.name"), width: 180, show: ({ name }) => name, onPhone: "title" },
      {
        key: "days",
        title: t("billing.usage.days"),
        width: 200,
        show: ({ first_day, last_day }) => `${first_day} – ${last_day}`,
        onPhone: "line",
      },
      {
        key: "quantity",
        title: t("billing.quantity"),
        width: 120,
        align: "right",
        show: (unknown) => quantity(unknown.quantity),
        onPhone: "line",
      },
      {
        key: "alike",
        title: t("billing.usage.alike"),
        width: 460,
        show: ({ name, alike }) => (
          <div className="alike">
            {alike.map(({ account_id, identifier, customer_name, product_name }) => {
              const words = [identifier, customer_name, product_name].filter(Boolean).join(" · ");
              return ask === undefined ? (
                <span key={account_id}>{words}</span>
              ) : (
                <Button key={account_id} size="small" onClick={() => ask({ name, accountId: account_id })}>
                  {words}
                </Button>
              );
            })}
          </div>
        ),
        onPhone: "line",
      },
      ...(ask === undefined
        ? []
        : [
            {
              key: "assign",
              title: t("common.actions"),
              width: 110,
              show: ({ name }: Unknown) => (
                <Button size="small" type="primary" onClick={() => ask({ name })}>
                  {t("billing.usage.assign")}
                </Button>
              ),
              onPhone: "line" as const,
            },
          ]),
    ],
    [t, ask],
  );
}

function Assign({ asked, onClose }: { asked: { name: string; accountId?: string } | undefined; onClose: () => void }) {
  const { t } = useWords();
  const once = useMadeOnce();
  return (
    <FormDrawer<{ account_id: string; reason: string }>
      title={t("billing.usage.assign_name", { name: asked?.name ?? "" })}
      isOpen={asked !== undefined}
      onClose={onClose}
      submitWords={t("billing.usage.assign")}
      initialValues={{ account_id: asked?.accountId }}
      note={<p className="quiet">{t("billing.usage.assign_note")}</p>}
      readAgain={() => readAgain("/api/v1/usage")}
      onSubmit={async ({ account_id, reason }) => {
        await once((header) =>
          api.POST("/api/v1/usage/assigned-names", {
            params: { header },
            body: { name: asked?.name ?? "", account_id, reason },
          }),
        );
        await readAgain("/api/v1/usage");
      }}
    >
      <Form.Item name="account_id" label={t("billing.account")} rules={[{ required: true }]}>
        <AccountSelect />
      </Form.Item>
      <Form.Item name="reason" label={t("billing.reason")} rules={[{ required: true }]}>
        <Input.TextArea rows={3} maxLength={500} showCount />
      </Form.Item>
    </FormDrawer>
  );
}

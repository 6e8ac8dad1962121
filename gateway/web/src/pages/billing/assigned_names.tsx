import { Button, Form, Input } from "antd";
import { useMemo, useState } from "react";
import { api } from "../../api/client";
import { readAgain } from "../../api/queries";
import { minuteOf } from "../../format/dates";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";
import { CustomerLink } from "./links";

type Assigned = RowOf<"/api/v1/usage/assigned-names">;

const KEPT = ["tab"];

/** Names that somebody said whose they are; a wrong one is taken back. */
export function AssignedNames() {
  const { t } = useWords();
  const { may } = useSession();
  const [released, setReleased] = useState<string>();
  const mayRelease = may("usage.assign");
  const columns = useMemo<Column<Assigned>[]>(
    () => [
      { key: "name", title: t("billing.usage.name"), width: 180, show: ({ name }) => name, onPhone: "title" },
      {
        key: "account",
        title: t("billing.account"),
        width: 160,
        show: ({ identifier }) => identifier,
        onPhone: "line",
      },
      {
        key: "customer",
        title: t("billing.customer"),
        width: 220,
        show: (row) => <CustomerLink id={row.customer_id} name={row.customer_name} tab="products" />,
        onPhone: "line",
      },
      { key: "reason", title: t("billing.reason"), width: 220, show: ({ reason }) => reason, onPhone: "line" },
      { key: "by", title: t("billing.usage.assigned_by"), width: 110, show: (row) => row.assigned_by },
      { key: "at", title: t("billing.usage.assigned_at"), width: 150, show: (row) => minuteOf(row.assigned_at) },
      ...(mayRelease
        ? [
            {
              key: "release",
              title: t("common.actions"),
              width: 110,
              show: ({ name }: Assigned) => (
                <Button size="small" danger onClick={() => setReleased(name)}>
                  {t("billing.usage.release")}
                </Button>
              ),
              onPhone: "line" as const,
            },
          ]
        : []),
    ],
    [t, mayRelease],
  );
  return (
    <>
      <RecordList
        name="usage_assigned"
        path="/api/v1/usage/assigned-names"
        columns={columns}
        kept={KEPT}
        keyOf={({ name }) => name}
        empty={t("billing.usage.none_assigned")}
      />
      <Release name={released} onClose={() => setReleased(undefined)} />
    </>
  );
}

function Release({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const { t } = useWords();
  const once = useMadeOnce();
  return (
    <FormDrawer<{ reason: string }>
      title={t("billing.usage.release_name", { name: name ?? "" })}
      isOpen={name !== undefined}
      onClose={onClose}
      submitWords={t("billing.usage.release")}
      note={<p className="quiet">{t("billing.usage.release_note")}</p>}
      readAgain={() => readAgain("/api/v1/usage")}
      onSubmit={async ({ reason }) => {
        await once((header) =>
          api.POST("/api/v1/usage/assigned-names/release", {
            params: { header },
            body: { name: name ?? "", reason },
          }),
        );
        await readAgain("/api/v1/usage");
      }}
    >
      <Form.Item name="reason" label={t("billing.reason")} rules={[{ required: true }]}>
        <Input.TextArea rows={3} maxLength={500} showCount />
      </Form.Item>
    </FormDrawer>
  );
}

import { Button, Space, Tag } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { dayOf } from "../../../format/dates";
import type { Filter } from "../../../list/filters";
import { type Column, RecordList, type RowOf } from "../../../list/record_list";
import { CustomerSelect } from "../../../pick/selects";
import { Page } from "../../../shell/page";
import { useSession } from "../../../shell/session";
import { useTitle } from "../../../shell/tabs";
import { inClauses, type Translate, useWords } from "../../../words";
import "../office.css";
import { ExemptionForm } from "./exemption_form";

export type Exemption = RowOf<"/api/v1/interest-exemptions">;

/** What the form is opened for. */
export type Editing = { exemption?: Exemption; isEnding?: boolean };

export function periodWords({ from_month, to_month }: Exemption["periods"][number], t: Translate): string {
  return `${from_month} – ${to_month ?? t("office.exemptions.open")}`;
}

/** The accounts that neither penalty nor credit is counted for. */
export function ExemptionsPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.exemptions"));
  const { may } = useSession();
  const mayWrite = may("interest_exemptions.write");
  const [editing, setEditing] = useState<Editing>();
  const columns = useColumns(mayWrite, setEditing);
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "text", name: "q", label: t("office.exemptions.search") },
      {
        kind: "own",
        names: ["customer_id"],
        label: t("office.exemptions.customer"),
        show: (values, set) => (
          <CustomerSelect
            value={values.customer_id}
            label={t("office.exemptions.customer")}
            placeholder={t("office.exemptions.customer")}
            onChange={(customer) => set({ customer_id: customer })}
          />
        ),
      },
      { kind: "month", name: "month", label: t("office.exemptions.month") },
    ],
    [t],
  );
  return (
    <Page
      title={t("shell.menu.exemptions")}
      isFilled
      actions={
        mayWrite && (
          <Button type="primary" onClick={() => setEditing({})}>
            {t("office.exemptions.add")}
          </Button>
        )
      }
    >
      <RecordList
        name="exemptions"
        path="/api/v1/interest-exemptions"
        columns={columns}
        filters={filters}
        keyOf={({ account_id }) => account_id}
        empty={t("office.exemptions.empty")}
      />
      <ExemptionForm editing={editing} onClose={() => setEditing(undefined)} />
    </Page>
  );
}

function useColumns(mayWrite: boolean, onEdit: (editing: Editing) => void): Column<Exemption>[] {
  const { t } = useWords();
  return useMemo<Column<Exemption>[]>(
    () => [
      {
        key: "identifier",
        title: t("office.exemptions.account"),
        width: 180,
        show: ({ identifier }) => identifier,
        onPhone: "title",
      },
      {
        key: "customer",
        title: t("office.exemptions.customer"),
        width: 240,
        show: ({ customer_id, customer_name }) => <Link to={`/customers/${customer_id}`}>{customer_name}</Link>,
        onPhone: "line",
      },
      {
        key: "state",
        title: t("office.exemptions.now"),
        width: 110,
        show: ({ is_exempt }) =>
          is_exempt ? (
            <Tag color="success">{t("office.exemptions.exempt")}</Tag>
          ) : (
            <Tag>{t("office.exemptions.not_exempt")}</Tag>
          ),
        onPhone: "corner",
      },
      {
        key: "periods",
        title: t("office.exemptions.periods"),
        width: 220,
        show: ({ periods }) => inClauses(periods.map((period) => periodWords(period, t))) || "–",
        onPhone: "line",
      },
      {
        key: "reason",
        title: t("office.reason"),
        width: 240,
        show: ({ reason }) => reason ?? "–",
        onPhone: "line",
      },
      {
        key: "set_by",
        title: t("office.rates.set_by"),
        width: 170,
        show: ({ set_by_name, set_at }) => (set_at ? `${set_by_name} ${dayOf(set_at)}` : "–"),
        onPhone: "line",
      },
      ...(mayWrite
        ? [
            {
              key: "actions",
              title: t("common.actions"),
              width: 150,
              show: (exemption: Exemption) => (
                <Space size={4}>
                  <Button size="small" onClick={() => onEdit({ exemption })}>
                    {t("common.edit")}
                  </Button>
                  {exemption.periods.some(({ to_month }) => !to_month) && (
                    <Button size="small" onClick={() => onEdit({ exemption, isEnding: true })}>
                      {t("office.exemptions.end")}
                    </Button>
                  )}
                </Space>
              ),
              onPhone: "line" as const,
            },
          ]
        : []),
    ],
    [t, mayWrite, onEdit],
  );
}

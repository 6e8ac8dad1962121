import { Button } from "antd";
import { useMemo, useState } from "react";
import { Link } from "react-router";
import { minuteOf } from "../../format/dates";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { AliasState, AliasWhy } from "./aliases_of_payer";
import { WithdrawAliasForm } from "./withdraw_alias_form";

type PayerAlias = RowOf<"/api/v1/payer-aliases">;

/** The payers' names that are remembered as customers'. */
export function PayerAliasesPage() {
  const { t } = useWords();
  useTitle(t("payments.receipts.aliases"));
  const { may } = useSession();
  const mayWithdraw = may("receipts.assign");
  const [withdrawn, setWithdrawn] = useState<PayerAlias>();
  const columns = useMemo<Column<PayerAlias>[]>(
    () => [
      {
        key: "payer",
        title: t("payments.aliases.payer"),
        width: 200,
        show: (alias) => alias.payer_name,
        onPhone: "title",
      },
      {
        key: "customer",
        title: t("payments.customer"),
        width: 200,
        show: (alias) => <Link to={`/customers/${alias.customer_id}`}>{alias.customer_name}</Link>,
        onPhone: "text",
      },
      {
        key: "state",
        title: t("payments.state"),
        width: 92,
        show: (alias) => <AliasState alias={alias} />,
        onPhone: "corner",
      },
      {
        key: "assigned_by",
        title: t("payments.aliases.assigned_by"),
        width: 80,
        show: (alias) => alias.assigned_by_name,
        onPhone: "line",
      },
      {
        key: "assigned_at",
        title: t("payments.aliases.assigned_at"),
        width: 146,
        sort: "assigned_at",
        show: (alias) => minuteOf(alias.assigned_at),
        onPhone: "line",
      },
      {
        key: "why",
        title: t("payments.aliases.why"),
        width: 240,
        show: (alias) => <AliasWhy alias={alias} />,
        onPhone: "text",
      },
      {
        key: "receipt",
        title: t("payments.pairs.receipt"),
        width: 64,
        show: (alias) =>
          alias.receipt_id === null ? "–" : <Link to={`/receipts/${alias.receipt_id}`}>{t("common.open")}</Link>,
      },
      {
        key: "withdraw",
        title: t("common.actions"),
        width: 110,
        show: (alias) =>
          alias.withdrawn_at === null && mayWithdraw ? (
            <Button size="small" onClick={() => setWithdrawn(alias)}>
              {t("payments.aliases.withdraw")}
            </Button>
          ) : null,
        onPhone: "line",
      },
    ],
    [t, mayWithdraw],
  );
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "text", name: "payer", label: t("payments.aliases.payer_filter") },
      customerFilter(t("payments.customer")),
      { kind: "flag", name: "in_force", label: t("payments.aliases.in_force") },
    ],
    [t],
  );
  return (
    <Page title={t("payments.receipts.aliases")} isFilled>
      <RecordList
        name="payer_aliases"
        path="/api/v1/payer-aliases"
        columns={columns}
        filters={filters}
        empty={t("payments.aliases.empty")}
      />
      <WithdrawAliasForm alias={withdrawn} onClose={() => setWithdrawn(undefined)} />
    </Page>
  );
}

import { Tag } from "antd";
import { useMemo } from "react";
import { money } from "../../format/figures";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { Page } from "../../shell/page";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { LedgerDrawer } from "./ledger_drawer";
import { CustomerLink } from "./links";
import { useParameter } from "./use_parameter";

type Balance = RowOf<"/api/v1/balances">;

const SHOWN = ["account"];

/** Prepaid accounts, the lowest balance first; each with its ledger. */
export function BalancesPage() {
  const { t } = useWords();
  useTitle(t("shell.menu.balances"));
  const [shownId, show] = useParameter("account");
  const columns = useBalanceColumns();
  const filters = useMemo<Filter[]>(
    () => [customerFilter(t("billing.customer")), { kind: "flag", name: "low", label: t("billing.balance.low") }],
    [t],
  );
  return (
    <Page title={t("shell.menu.balances")} isFilled>
      <RecordList
        name="balances"
        path="/api/v1/balances"
        columns={columns}
        filters={filters}
        kept={SHOWN}
        keyOf={(balance) => balance.account_id}
        onOpen={(balance) => show(balance.account_id)}
        empty={t("billing.balance.empty")}
      />
      <LedgerDrawer accountId={shownId} onClose={() => show(undefined)} />
    </Page>
  );
}

function useBalanceColumns(): Column<Balance>[] {
  const { t, term } = useWords();
  return useMemo<Column<Balance>[]>(() => {
    const figure = (key: "prepay" | "prepurchase" | "held" | "limit") => ({
      key,
      title: t(`billing.balance.${key}`),
      width: 120,
      align: "right" as const,
      show: (balance: Balance) => money(balance[key]),
    });
    return [
      {
        key: "account",
        title: t("billing.account"),
        width: 140,
        sort: "identifier",
        show: (balance) => balance.identifier,
        onPhone: "title",
      },
      {
        key: "low",
        title: t("billing.balance.state"),
        width: 110,
        show: (balance) =>
          balance.is_low ? (
            <Tag color="error">{t("billing.balance.low")}</Tag>
          ) : (
            <Tag>{term("account_status", balance.status)}</Tag>
          ),
        onPhone: "corner",
      },
      {
        key: "customer",
        title: t("billing.customer"),
        width: 220,
        sort: "customer",
        show: (balance) => <CustomerLink id={balance.customer_id} name={balance.customer_name} />,
        onPhone: "line",
      },
      { key: "product", title: t("billing.product"), width: 150, show: (balance) => balance.product_name },
      {
        key: "total",
        title: t("billing.balance.total"),
        width: 130,
        align: "right",
        sort: "balance",
        show: (balance) => <strong>{money(balance.total)}</strong>,
        onPhone: "line",
      },
      figure("prepay"),
      figure("prepurchase"),
      { ...figure("held"), isHidden: true },
      { ...figure("limit"), isHidden: true },
      {
        key: "until",
        title: t("billing.balance.until"),
        width: 110,
        isHidden: true,
        show: (balance) => balance.until ?? "–",
      },
      {
        key: "last",
        title: t("billing.balance.last"),
        width: 220,
        show: (balance) =>
          balance.last_kind === null
            ? "–"
            : `${balance.last_day} ${term("ledger_kind", balance.last_kind)} ${money(balance.last_amount)}`,
        onPhone: "line",
      },
    ];
  }, [t, term]);
}

import { useMemo } from "react";
import { quantity } from "../../format/figures";
import { segmentName } from "../../format/segments";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { useWords } from "../../words";
import { CustomerLink } from "./links";

type Usage = RowOf<"/api/v1/usage">;

const KEPT = ["tab"];

/** Daily sums, by account and operator. */
export function UsageDays() {
  const words = useWords();
  const { t } = words;
  const columns = useMemo<Column<Usage>[]>(
    () => [
      {
        key: "account",
        title: t("billing.account"),
        width: 200,
        sort: "account",
        show: (usage) => usage.account,
        onPhone: "title",
      },
      { key: "day", title: t("billing.usage.day"), width: 120, sort: "day", show: ({ day }) => day, onPhone: "line" },
      {
        key: "operator",
        title: t("billing.charges.segment"),
        width: 140,
        show: ({ operator }) => segmentName(operator, words),
        onPhone: "line",
      },
      {
        key: "quantity",
        title: t("billing.quantity"),
        width: 140,
        align: "right",
        show: (usage) => quantity(usage.quantity),
        onPhone: "line",
      },
      {
        key: "customer",
        title: t("billing.customer"),
        width: 140,
        show: ({ customer_id }) =>
          customer_id === null ? (
            t("billing.usage.nobodys")
          ) : (
            <CustomerLink id={customer_id} name={t("billing.usage.open_customer")} tab="products" />
          ),
      },
    ],
    [t, words],
  );
  const filters = useMemo<Filter[]>(
    () => [{ kind: "month", name: "month", label: t("billing.usage.month") }, customerFilter(t("billing.customer"))],
    [t],
  );
  return (
    <RecordList
      name="usage"
      path="/api/v1/usage"
      columns={columns}
      filters={filters}
      kept={KEPT}
      keyOf={(usage) => `${usage.account} ${usage.day} ${usage.operator}`}
      empty={t("billing.usage.empty")}
    />
  );
}

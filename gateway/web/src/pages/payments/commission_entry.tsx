import { Descriptions, Drawer } from "antd";
import type { DescriptionsItemType } from "antd/es/descriptions";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { percentOf } from "../../format/decimal_point";
import { amount, money } from "../../format/figures";
import { useWords } from "../../words";
import { Signed } from "./commission_totals";
import { useSaid } from "./said";
import { SourceReceipts } from "./source_receipts";

type Entry = Schemas["CommissionEntry"];

/** Where one entry comes from, down to the money. */
export function CommissionEntryDrawer({ entry, onClose }: { entry: Entry | undefined; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Drawer
      open={entry !== undefined}
      onClose={onClose}
      title={t("payments.commission.details")}
      size={520}
      styles={{ wrapper: { maxWidth: "100%" } }}
    >
      {entry && <Details entry={entry} />}
    </Drawer>
  );
}

function Details({ entry }: { entry: Entry }) {
  const { t, term } = useWords();
  const said = useSaid();
  const { source } = entry;
  const isInterest = entry.kind === "interest_credit" || entry.kind === "penalty";
  const items: (DescriptionsItemType | false)[] = [
    {
      key: "kind",
      label: t("payments.commission.kind"),
      children: `${term("commission_kind", entry.kind)} · ${entry.earned_on}`,
    },
    {
      key: "customer",
      label: t("payments.customer"),
      children: <Link to={`/customers/${entry.customer_id}`}>{entry.customer_name}</Link>,
    },
    { key: "owner", label: t("payments.owner"), children: entry.owner_name },
    entry.bill_id !== null && {
      key: "bill",
      label: t("payments.commission.bill"),
      children: <Link to={`/bills/${entry.bill_id}`}>{entry.bill_number}</Link>,
    },
    entry.product_type !== null && {
      key: "product_type",
      label: t("payments.receivables.product"),
      children: term("product_type", entry.product_type),
    },
    entry.unit_cost !== null && {
      key: "unit_cost",
      label: t("payments.commission.unit_cost"),
      children: <span className="figure">¥{amount(entry.unit_cost)}</span>,
    },
    {
      key: "amount",
      label: t("payments.commission.commission"),
      children: (
        <>
          <strong>
            <Signed value={entry.amount} />
          </strong>
          <div className="quiet figure">
            {isInterest
              ? t("payments.commission.interest_formula", { base: money(source.base), rate: percentOf(entry.rate) })
              : t("payments.commission.formula", {
                  written_off: money(entry.written_off),
                  cost: money(entry.cost),
                  rate: percentOf(entry.rate),
                })}
          </div>
        </>
      ),
    },
    source.month !== null && { key: "month", label: t("payments.commission.for_month"), children: source.month },
    source.details !== null && {
      key: "details",
      label: t("payments.commission.origin"),
      children: said(source.details),
    },
    entry.write_off_id !== null && {
      key: "write_off",
      label: t("payments.receipt.write_off"),
      children: (
        <Link to={`/write-offs/${entry.write_off_id}`}>
          {t(source.automatic ? "payments.commission.automatic" : "payments.commission.by_hand")}
        </Link>
      ),
    },
    source.process_id !== null && {
      key: "process",
      label: t("payments.commission.process"),
      children: <Link to={`/processes/${source.process_id}`}>{t("payments.open_process")}</Link>,
    },
    source.takes_back !== null && {
      key: "takes_back",
      label: t("payments.commission.reversed"),
      children: t("payments.commission.takes_back", { date: source.takes_back.earned_on }),
    },
    source.reason !== null && {
      key: "reason",
      label: t("payments.commission.reversal_reason"),
      children: source.reason,
    },
  ];
  return (
    <>
      <Descriptions column={1} items={items.filter((item) => item !== false)} />
      <SourceReceipts receipts={[...source.receipts, ...(source.details?.receipts ?? [])]} />
    </>
  );
}

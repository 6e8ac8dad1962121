import { useMemo } from "react";
import type { Schemas } from "../../../api/client";
import { dayOf } from "../../../format/dates";
import { money } from "../../../format/figures";
import type { Column } from "../../../list/record_list";
import { LinkButton } from "../../../shell/link_button";
import { useSession } from "../../../shell/session";
import { StateTag } from "../../../shell/state_tag";
import { useWords } from "../../../words";
import { startAddress } from "../../processes/start_address";
import { DayAhead } from "../marks";
import { useShown } from "./overview";
import { PartHead, PartRows } from "./part";

/** What the customer owes still, and what it has paid. */
export function ReceiptsPart() {
  const { t } = useWords();
  const { is } = useSession();
  const { overview } = useShown();
  const customer_id = overview.customer.id;
  return (
    <div className="parts">
      <section className="part">
        <PartHead
          title={t("shell.menu.receivables")}
          actions={
            is("sales", "sales_lead") && (
              <LinkButton to={startAddress("write_off", customer_id)}>{t("customers.money.write_off")}</LinkButton>
            )
          }
        />
        <PartRows
          name="receivables"
          path="/api/v1/receivables"
          asked={{ query: { customer_id, unsettled: "true" } }}
          section={overview.receivables}
          columns={useReceivableColumns()}
          keyOf={({ bill_id }) => bill_id}
          addressOf={({ bill_id }) => `/bills/${bill_id}`}
          empty={t("customers.money.no_receivables")}
        />
      </section>
      <section className="part">
        <PartHead title={t("shell.menu.receipts")} />
        <PartRows
          name="receipts"
          path="/api/v1/receipts"
          asked={{ query: { customer_id, pool: "false" } }}
          section={overview.receipts}
          columns={useReceiptColumns()}
          addressOf={({ id }) => `/receipts/${id}`}
          empty={t("customers.money.no_receipts")}
        />
      </section>
    </div>
  );
}

function useReceivableColumns(): Column<Schemas["Receivable"]>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      { key: "month", title: t("customers.money.month"), width: 90, show: ({ month }) => month, onPhone: "title" },
      { key: "product", title: t("customers.product"), width: 120, show: (each) => each.product_name, onPhone: "line" },
      {
        key: "amount",
        title: t("customers.money.amount"),
        width: 130,
        align: "right",
        show: (each) => money(each.amount),
      },
      {
        key: "outstanding",
        title: t("customers.money.outstanding"),
        width: 130,
        align: "right",
        show: (each) => money(each.outstanding),
        onPhone: "line",
      },
      {
        key: "due",
        title: t("customers.money.due"),
        width: 120,
        show: ({ due_on }) => <DayAhead on={due_on} soonDays={7} />,
        onPhone: "line",
      },
      {
        key: "state",
        title: t("customers.state"),
        width: 110,
        show: ({ state }) => <StateTag of="receivable_state" state={state} />,
        onPhone: "corner",
      },
    ],
    [t],
  );
}

function useReceiptColumns(): Column<Schemas["Receipt"]>[] {
  const { t } = useWords();
  return useMemo(
    () => [
      {
        key: "payer",
        title: t("customers.money.payer"),
        width: 240,
        show: (each) => each.payer_name,
        onPhone: "title",
      },
      {
        key: "received",
        title: t("customers.money.received"),
        width: 120,
        show: ({ received_at }) => dayOf(received_at),
        onPhone: "line",
      },
      {
        key: "amount",
        title: t("customers.money.amount"),
        width: 130,
        align: "right",
        show: (each) => money(each.amount),
        onPhone: "line",
      },
      {
        key: "balance",
        title: t("customers.money.balance"),
        width: 130,
        align: "right",
        show: (each) => money(each.balance),
        onPhone: "line",
      },
      {
        key: "state",
        title: t("customers.state"),
        width: 110,
        show: ({ state }) => <StateTag of="receipt_state" state={state} />,
        onPhone: "corner",
      },
    ],
    [t],
  );
}

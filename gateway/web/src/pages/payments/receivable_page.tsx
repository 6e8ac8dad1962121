import { useQuery } from "@tanstack/react-query";
import { Card, Descriptions } from "antd";
import { Link, useParams } from "react-router";
import type { Schemas } from "../../api/client";
import { money } from "../../format/figures";
import { Neighbours } from "../../record/neighbours";
import { Page } from "../../shell/page";
import { useSession } from "../../shell/session";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { DueOn } from "./due_on";
import { PairsTable } from "./pairs_table";
import { useSaid } from "./said";
import "./payments.css";
import { LinkButton } from "../../shell/link_button";
import { receivableOf } from "./records";

/** A bill's receivable: what is owed for it, what goes to it, and why nothing has started. */
export function ReceivablePage() {
  const { billId = "" } = useParams();
  const receivable = useQuery(receivableOf(billId));
  return <Loaded query={receivable}>{(shown) => <ReceivableShown receivable={shown} />}</Loaded>;
}

function ReceivableShown({ receivable }: { receivable: Schemas["ReceivableDetail"] }) {
  const { t, term } = useWords();
  const said = useSaid();
  const { may, is } = useSession();
  useTitle(receivable.number, { isTab: true });
  const figure = (value: string) => <span className="figure">{money(value)}</span>;
  const isOpen = receivable.state === "open";
  return (
    <Page
      title={receivable.number}
      note={<StateTag of="receivable_state" state={receivable.state} />}
      actions={
        <>
          <Neighbours />
          {may("bills.read") && (
            <LinkButton to={`/bills/${receivable.bill_id}`}>{t("payments.receivables.open_bill")}</LinkButton>
          )}
          {isOpen && is("sales", "sales_lead") && (
            <LinkButton type="primary" to={startAddress("write_off", receivable.customer_id)}>
              {t("payments.start_write_off")}
            </LinkButton>
          )}
        </>
      }
    >
      <div className="parts">
        <Card>
          <Descriptions
            column={{ xs: 1, sm: 2, lg: 3 }}
            items={[
              {
                key: "customer",
                label: t("payments.customer"),
                children: (
                  <Link to={`/customers/${receivable.customer_id}?tab=receipts`}>{receivable.customer_name}</Link>
                ),
              },
              {
                key: "product",
                label: t("payments.receivables.product"),
                children: `${receivable.product_name} · ${term("payment_mode", receivable.payment_mode)}`,
              },
              {
                key: "due",
                label: t("payments.receivables.due"),
                children: <DueOn date={receivable.due_on} isOwed={isOpen || receivable.state === "held"} />,
              },
              { key: "amount", label: t("payments.receivables.amount"), children: figure(receivable.amount) },
              {
                key: "outstanding",
                label: t("payments.receivables.outstanding"),
                children: <strong className="figure">{money(receivable.outstanding)}</strong>,
              },
              {
                key: "use",
                label: `${t("payments.receivables.held")} / ${t("payments.receivables.written_off")}`,
                children: (
                  <span className="figure">
                    {money(receivable.held)} / {money(receivable.written_off)}
                  </span>
                ),
              },
              ...(receivable.accrued_penalty === "0.00"
                ? []
                : [
                    {
                      key: "penalty",
                      label: t("payments.receivables.penalty"),
                      children: (
                        <Link to={`/interest?bill_id=${receivable.bill_id}`}>{money(receivable.accrued_penalty)}</Link>
                      ),
                    },
                  ]),
              ...(receivable.cost === null
                ? []
                : [{ key: "cost", label: t("payments.receivables.cost"), children: figure(receivable.cost) }]),
              ...(receivable.reason === null
                ? []
                : [
                    {
                      key: "reason",
                      label: t("payments.why_nothing"),
                      span: "filled" as const,
                      children: said(receivable.reason, receivable.number),
                    },
                  ]),
            ]}
          />
        </Card>
        <Card title={t("payments.receivables.pairs")}>
          <PairsTable
            pairs={receivable.pairs}
            sides={["receipt", "write_off"]}
            empty={t("payments.receivables.no_pairs")}
          />
        </Card>
      </div>
    </Page>
  );
}

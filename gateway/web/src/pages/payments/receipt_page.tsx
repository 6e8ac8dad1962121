import { useQuery } from "@tanstack/react-query";
import { Card, Descriptions, Tabs } from "antd";
import { useParams } from "react-router";
import type { Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import { Neighbours } from "../../record/neighbours";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { useTitle } from "../../shell/tabs";
import { useTab } from "../../shell/use_tab";
import { useWords } from "../../words";
import { AliasesOfPayer } from "./aliases_of_payer";
import { ReceiptMatch } from "./receipt_match";
import { useSaid } from "./said";
import "./payments.css";
import { receiptOf } from "./records";

const TABS = ["use", "aliases"] as const;

/** One receipt: what it is, whose and how that was found, what it is used for, and why nothing started. */
export function ReceiptPage() {
  const { receiptId = "" } = useParams();
  const receipt = useQuery(receiptOf(receiptId));
  return <Loaded query={receipt}>{(shown) => <ReceiptShown receipt={shown} />}</Loaded>;
}

function ReceiptShown({ receipt }: { receipt: Schemas["ReceiptDetail"] }) {
  const { t } = useWords();
  const said = useSaid();
  const [tab, showTab] = useTab(TABS);
  useTitle(t("payments.receipts.panel", { payer: receipt.payer_name }), { isTab: true });
  const figure = (value: string) => <span className="figure">{money(value)}</span>;
  return (
    <Page
      title={receipt.payer_name}
      note={<StateTag of="receipt_state" state={receipt.state} />}
      actions={<Neighbours />}
    >
      <div className="parts">
        <Card>
          <Descriptions
            column={{ xs: 1, sm: 2, lg: 3 }}
            items={[
              { key: "amount", label: t("payments.receipts.amount"), children: figure(receipt.amount) },
              { key: "balance", label: t("payments.receipts.balance"), children: figure(receipt.balance) },
              {
                key: "use",
                label: `${t("payments.receipts.held")} / ${t("payments.receipts.used")}`,
                children: (
                  <span className="figure">
                    {money(receipt.held)} / {money(receipt.used)}
                  </span>
                ),
              },
              {
                key: "received_at",
                label: t("payments.receipts.received_at"),
                children: minuteOf(receipt.received_at),
              },
              {
                key: "payer_account",
                label: t("payments.receipts.payer_account"),
                children: receipt.payer_account || "–",
              },
              { key: "remark", label: t("payments.remark"), children: receipt.remark || "–" },
              { key: "bank_account", label: t("payments.receipts.bank_account"), children: receipt.bank_account },
              { key: "reference", label: t("payments.receipts.reference"), children: receipt.reference },
              { key: "created_at", label: t("payments.receipts.created_at"), children: minuteOf(receipt.created_at) },
              ...(receipt.reason === null
                ? []
                : [
                    {
                      key: "reason",
                      label: t("payments.why_nothing"),
                      span: "filled" as const,
                      children: said(receipt.reason),
                    },
                  ]),
            ]}
          />
        </Card>
        <Card>
          <Tabs
            activeKey={tab}
            onChange={showTab}
            destroyOnHidden
            items={[
              { key: "use", label: t("payments.receipt.use_tab"), children: <ReceiptMatch receipt={receipt} /> },
              {
                key: "aliases",
                label: t("payments.receipt.alias_tab"),
                children: <AliasesOfPayer payer={receipt.payer_name} />,
              },
            ]}
          />
        </Card>
      </div>
    </Page>
  );
}

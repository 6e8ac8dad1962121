import { App, Button, Space } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, newKey, type Schemas } from "../../api/client";
import { asProblem } from "../../api/problem";
import { readAgain } from "../../api/queries";
import { money, totalOf } from "../../format/figures";
import { showProblem } from "../../forms/problems";
import { LinkButton } from "../../shell/link_button";
import { useSession } from "../../shell/session";
import { EmptyState } from "../../shell/states";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { AssignForm, type AssignFormStart } from "./assign_form";
import { PairsTable } from "./pairs_table";
import { type Payer, PayerCard, usePayers } from "./payers";
import { useSaid } from "./said";
import { UnmatchForm } from "./unmatch_form";

type Receipt = Schemas["ReceiptDetail"];

/** What a change of whose a receipt is bears on. */
export const CHANGED_BY_MATCH = [
  "/api/v1/receipts",
  "/api/v1/receivables",
  "/api/v1/write-offs",
  "/api/v1/payer-aliases",
  "/api/v1/commission-statements",
];

interface ReceiptMatchProps {
  receipt: Receipt;
  /** Once it has been assigned: whoever works through the pool goes on. */
  onAssigned?: () => void;
}

/** Whose a receipt is; of one that is nobody's, whose it may be and why, to be assigned in one click. */
export function ReceiptMatch({ receipt, onAssigned }: ReceiptMatchProps) {
  return receipt.customer_id === null ? (
    <Nobodys receipt={receipt} onAssigned={onAssigned} />
  ) : (
    <Matched receipt={receipt} customerId={receipt.customer_id} />
  );
}

function Nobodys({ receipt, onAssigned }: ReceiptMatchProps) {
  const { t } = useWords();
  const { may } = useSession();
  const { notification } = App.useApp();
  const [assigning, setAssigning] = useState<AssignFormStart>();
  const [busyWith, setBusyWith] = useState<string>();
  const [key] = useState(newKey);
  const mayAssign = may("receipts.assign");

  const { candidates, suggestions } = usePayers(receipt);
  const done = useAssigned();

  async function assign(customerId: string) {
    setBusyWith(customerId);
    try {
      const { data } = await api.POST("/api/v1/receipts/{receipt_id}/assign", {
        params: { path: { receipt_id: receipt.id }, header: { "Idempotency-Key": `${key}-${customerId}` } },
        body: { customer_id: customerId },
      });
      if (data !== undefined) {
        done(data);
      }
      onAssigned?.();
      void readAgain(...CHANGED_BY_MATCH);
    } catch (error) {
      const why = asProblem(error).errors.find(({ field }) => field === "why");
      if (why === undefined) {
        showProblem(error, { notification, readAgain: () => readAgain(...CHANGED_BY_MATCH) });
      } else {
        // One click is not enough where the payer is called exactly as another customer: why it is not, is to be said.
        setAssigning({ customerId, note: why.message });
      }
    } finally {
      setBusyWith(undefined);
    }
  }

  const shown = (title: string, payers: Payer[]) =>
    payers.length > 0 && (
      <section className="payers">
        <h2>{title}</h2>
        <ol>
          {payers.map((payer, index) => (
            <PayerCard
              key={payer.id ?? index}
              payer={payer}
              balance={receipt.balance}
              isBusy={busyWith === payer.id}
              onAssign={mayAssign && payer.id !== null ? () => void assign(payer.id ?? "") : undefined}
            />
          ))}
        </ol>
      </section>
    );

  return (
    <>
      {shown(t("payments.match.candidates"), candidates)}
      {shown(t("payments.match.suggestions"), suggestions)}
      {candidates.length + suggestions.length === 0 && (
        <EmptyState words={t(mayAssign ? "payments.match.no_suggestions" : "payments.match.none_of_yours")} />
      )}
      {mayAssign ? (
        <Button block onClick={() => setAssigning({})}>
          {t("payments.match.assign_another")}
        </Button>
      ) : (
        <p className="quiet">{t("payments.match.ask_admin")}</p>
      )}
      <AssignForm
        receipt={receipt}
        start={assigning}
        onClose={() => setAssigning(undefined)}
        onAssigned={(after) => {
          done(after);
          onAssigned?.();
        }}
      />
    </>
  );
}

/** Says whom a receipt was assigned to, and what followed. */
function useAssigned(): (receipt: Receipt) => void {
  const { t } = useWords();
  const said = useSaid();
  const { notification } = App.useApp();
  return (receipt) => {
    const held = receipt.pairs.filter(({ state }) => state === "held").map(({ amount }) => amount);
    notification.success({
      title: t("payments.match.assigned", { customer: receipt.customer_name }),
      description:
        held.length > 0
          ? t("payments.match.write_off_started", { amount: money(totalOf(held)) })
          : said(receipt.reason) || undefined,
    });
  };
}

function Matched({ receipt, customerId }: { receipt: Receipt; customerId: string }) {
  const { t, term } = useWords();
  const { may, is } = useSession();
  const [isUnmatching, setUnmatching] = useState(false);
  const mayStart = is("sales", "sales_lead") && receipt.balance !== "0.00";
  const mayUnmatch = may("receipts.assign") && receipt.used === "0.00";
  return (
    <>
      <section className="payers">
        <h2>{t("payments.receipt.matched")}</h2>
        <p>
          <Link to={`/customers/${customerId}?tab=receipts`}>{receipt.customer_name}</Link>{" "}
          <span className="quiet">
            {t("payments.receipts.matched_by_is", { way: term("matched_by", receipt.matched_by) })}
          </span>
        </p>
        <Space wrap>
          {mayStart && (
            <LinkButton type="primary" to={startAddress("write_off", customerId)}>
              {t("payments.start_write_off")}
            </LinkButton>
          )}
          {mayUnmatch && <Button onClick={() => setUnmatching(true)}>{t("payments.match.unmatch")}</Button>}
        </Space>
      </section>
      <section className="payers">
        <h2>{t("payments.match.pairs")}</h2>
        <PairsTable pairs={receipt.pairs} sides={["bill", "write_off"]} empty={t("payments.match.no_pairs")} />
      </section>
      <UnmatchForm receipt={receipt} isOpen={isUnmatching} onClose={() => setUnmatching(false)} />
    </>
  );
}

import { Alert, Button } from "antd";
import type { Schemas } from "../../api/client";
import { ago } from "../../format/dates";
import { fenOf, money, ofFen, quantity, totalOf } from "../../format/figures";
import { useWords } from "../../words";
import { reconcileAddress } from "./bill_next_steps";
import { LinkOrReason } from "./link_or_reason";
import { BillLink } from "./links";
import "./panel.css";
import { StatementView } from "./statement_view";
import type { useBillSelection } from "./use_bill_selection";
import { useStartable } from "./use_startable";
import { useStatementMaking } from "./use_statement";

interface DeskSelectionProps {
  customerId: string;
  bills: Schemas["ReconcilableBill"][];
  selection: ReturnType<typeof useBillSelection>;
}

/** What is selected and what it comes to, and what one does with it: show the customer, then start 对账. */
export function DeskSelection({ customerId, bills, selection }: DeskSelectionProps) {
  const { t } = useWords();
  const { mayStart } = useStartable();
  const statement = useStatementMaking();
  const { ids, read } = selection;
  const chosen = chosenOf(ids, [...bills, ...(read.data?.bills ?? [])]);
  const isEmpty = ids.length === 0;
  return (
    <aside className="panel desk-side" aria-label={t("billing.desk.selection")}>
      <div className="panel-head">
        <h2>{t("billing.desk.selection")}</h2>
        <Button type="link" size="small" disabled={isEmpty} onClick={() => selection.select([])}>
          {t("billing.desk.clear")}
        </Button>
      </div>
      <Totals chosen={chosen} />
      <div className="desk-buttons">
        <Button disabled={isEmpty} loading={statement.isAsking} onClick={() => void statement.make(ids)}>
          {t("billing.desk.statement_and_detail")}
        </Button>
        {mayStart("reconciliation") && (
          <LinkOrReason
            to={reconcileAddress(customerId, ids)}
            whyNot={isEmpty ? t("billing.desk.select_first") : undefined}
          >
            {t("billing.desk.start")}
          </LinkOrReason>
        )}
      </div>
      <p className="quiet desk-saved" aria-live="polite">
        {savedWords(selection, t)}
      </p>
      <Dropped dropped={read.data?.dropped ?? []} />
      <StatementView id={statement.madeId} onClose={statement.close} />
    </aside>
  );
}

function savedWords(
  { isSaving, read, ids }: DeskSelectionProps["selection"],
  t: ReturnType<typeof useWords>["t"],
): string {
  if (isSaving) {
    return t("billing.desk.saving");
  }
  const at = read.data?.saved_at;
  return at && ids.length > 0 ? t("billing.desk.saved", { ago: ago(at) }) : t("billing.desk.kept");
}

function chosenOf(ids: string[], known: Schemas["ReconcilableBill"][]): Schemas["ReconcilableBill"][] {
  const byId = new Map(known.map((bill) => [bill.id, bill]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function Totals({ chosen }: { chosen: Schemas["ReconcilableBill"][] }) {
  const { t } = useWords();
  const sum = totalOf(chosen.map((bill) => bill.amount));
  const covered = totalOf(chosen.map((bill) => bill.covered));
  const owed = ofFen((fenOf(sum) ?? 0n) - (fenOf(covered) ?? 0n));
  return (
    <>
      <p className="quiet" style={{ margin: 0 }}>
        {t("billing.desk.owed")}
      </p>
      <p className="desk-total figure">{money(owed)}</p>
      <dl className="desk-figures">
        <dt>{t("billing.desk.bill_count")}</dt>
        <dd className="figure">{chosen.length}</dd>
        <dt>{t("billing.quantity")}</dt>
        <dd className="figure">{quantity(chosen.reduce((total, bill) => total + bill.quantity, 0))}</dd>
        <dt>{t("billing.bill.amount")}</dt>
        <dd className="figure">{money(sum)}</dd>
        <dt>{t("billing.bill.covered")}</dt>
        <dd className="figure">{money(covered)}</dd>
      </dl>
    </>
  );
}

/** What was selected and cannot be reconciled any more. */
function Dropped({ dropped }: { dropped: Schemas["ReconcilableBill"][] }) {
  const { t, language } = useWords();
  if (dropped.length === 0) {
    return null;
  }
  return (
    <Alert
      type="warning"
      showIcon
      title={t("billing.desk.dropped", { count: dropped.length })}
      description={dropped.map((bill) => (
        <div key={bill.id}>
          <BillLink id={bill.id} number={`${bill.month} ${bill.product_name}`} />{" "}
          {language === "en" ? bill.why_not_en : bill.why_not_zh}
        </div>
      ))}
    />
  );
}

/** Who may have paid a receipt that is nobody's: its candidates, and who is suggested, each as a card. */
import { WarningOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { money } from "../../format/figures";
import { useWords } from "../../words";
import { useSaid } from "./said";

/** A customer that may have paid; without an id where the caller does not see who it is. */
export interface Payer {
  id: string | null;
  name: string | null;
  ownerName: string | null;
  owed: Schemas["Owed"] | null;
  reasons: { text: string; isWarning: boolean }[];
}

/** The customers of an ambiguous receipt's name, and those that come near, in one form. */
export function usePayers(receipt: Schemas["ReceiptDetail"]): { candidates: Payer[]; suggestions: Payer[] } {
  const { t, term } = useWords();
  const said = useSaid();
  const candidates = receipt.candidates.map(
    (candidate): Payer => ({
      id: candidate.customer_id,
      name: candidate.customer_name,
      ownerName: candidate.owner_name,
      owed: candidate.owed,
      reasons: candidate.matched_by
        ? [
            {
              text: t("payments.receipts.matched_by_is", { way: term("matched_by", candidate.matched_by) }),
              isWarning: false,
            },
          ]
        : [],
    }),
  );
  const suggestions = receipt.suggestions.map(
    (suggestion): Payer => ({
      id: suggestion.customer_id,
      name: suggestion.customer_name,
      ownerName: suggestion.owner_name,
      owed: suggestion.owed,
      reasons: suggestion.reasons.map((reason) => ({ text: said(reason), isWarning: reason.is_warning })),
    }),
  );
  return { candidates, suggestions };
}

interface PayerCardProps {
  payer: Payer;
  balance: string;
  isBusy: boolean;
  onAssign?: () => void;
}

/** A customer with its owner, what it owes, and why it may have paid. */
export function PayerCard({ payer, balance, isBusy, onAssign }: PayerCardProps) {
  const { t } = useWords();
  const { id, name, ownerName, owed, reasons } = payer;
  return (
    <li className="payer">
      <div className="payer-head">
        {id === null ? (
          <span>{t("payments.match.unseen")}</span>
        ) : (
          <Link to={`/customers/${id}?tab=receipts`}>{name}</Link>
        )}
        {onAssign && (
          <Button
            type="primary"
            size="small"
            loading={isBusy}
            onClick={onAssign}
            aria-label={t("payments.match.assign_to", { customer: name })}
          >
            {t("payments.match.assign")}
          </Button>
        )}
      </div>
      <p className="quiet">{ownerName === null ? t("payments.nobody") : t("payments.owner_is", { name: ownerName })}</p>
      {owed !== null && (
        <p>
          {owed.bills === 0 ? (
            <span className="quiet">{t("payments.match.owes_nothing")}</span>
          ) : (
            <>
              <b className="figure">{t("payments.match.owes", { amount: money(owed.outstanding) })}</b>{" "}
              <span className="quiet">
                {t("payments.match.owes_bills", { count: owed.bills, date: owed.oldest_due_on ?? "" })}
              </span>{" "}
              {owed.outstanding === balance && <b className="gain">{t("payments.match.covers")}</b>}
            </>
          )}
        </p>
      )}
      <ul>
        {reasons.map(({ text, isWarning }) => (
          <li key={text} className={isWarning ? "payer-warning" : undefined}>
            {isWarning && <WarningOutlined aria-hidden />} {text}
          </li>
        ))}
      </ul>
    </li>
  );
}

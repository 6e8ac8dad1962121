import { ExclamationCircleFilled } from "@ant-design/icons";
import type { Schemas } from "../api/client";
import { dayOf } from "../format/dates";
import { money, ofFen } from "../format/figures";
import { useWords } from "../words";
import type { Tally } from "./allocation";

interface ReceiptRowProps {
  receipt: Schemas["Receipt"];
  tally: Tally | undefined;
  isChosen: boolean;
  isWrong: boolean;
  onChoose: () => void;
}

/** A receipt to choose: what it has, what is given, what is left. */
export function ReceiptRow({ receipt, tally, isChosen, isWrong, onChoose }: ReceiptRowProps) {
  const { t } = useWords();
  const { limit = 0n, taken = 0n, left = 0n } = tally ?? {};
  return (
    <li className={isChosen ? "pairs-row pairs-chosen" : "pairs-row"}>
      <button type="button" className="pairs-pick" aria-pressed={isChosen} onClick={onChoose}>
        <span className="pairs-line">
          <span className="pairs-name">{receipt.payer_name}</span>
          <span className="figure">{money(ofFen(limit))}</span>
        </span>
        <span className="pairs-line quiet">
          <span className="pairs-name">{[dayOf(receipt.received_at), receipt.remark].filter(Boolean).join(" · ")}</span>
          <span className="figure">
            {taken > 0n && (
              <span className="pairs-given">{t("payments.pairs.given", { amount: money(ofFen(taken)) })} · </span>
            )}
            {left < 0n ? (
              <strong className="loss">{t("payments.pairs.over_by", { amount: money(ofFen(-left)) })}</strong>
            ) : (
              t("payments.pairs.left", { amount: money(ofFen(left)) })
            )}
            {isWrong && <ExclamationCircleFilled className="loss" aria-label={t("payments.pairs.wrong")} />}
          </span>
        </span>
        <Bar tally={tally} />
      </button>
    </li>
  );
}

/** How much of it is taken, for the eye alone: the figures stand beside it. */
export function Bar({ tally }: { tally: Tally | undefined }) {
  const { limit = 0n, taken = 0n, left = 0n } = tally ?? {};
  const share = limit > 0n ? Number((taken * 1000n) / limit) / 10 : 0;
  return (
    <span className="pairs-bar-line" aria-hidden>
      <span className={left < 0n ? "pairs-bar-over" : undefined} style={{ width: `${Math.min(100, share)}%` }} />
    </span>
  );
}

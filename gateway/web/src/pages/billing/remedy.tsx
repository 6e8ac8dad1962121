/** Why a product got no bill, and the button that mends it. */
import { Tag } from "antd";
import type { Schemas } from "../../api/client";
import { LinkButton } from "../../shell/link_button";
import { useSession } from "../../shell/session";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { useStartable } from "./use_startable";

type Refusal = Schemas["BillRefusal"];

export function RefusalReason({ refusal }: { refusal: Refusal }) {
  const { term } = useWords();
  // What was not sent is often as it should be; the others hold money back.
  return (
    <Tag color={refusal.reason === "no_usage" ? undefined : "warning"}>{term("refusal_reason", refusal.reason)}</Tag>
  );
}

export function RefusalWords({ refusal }: { refusal: Refusal }) {
  const { language } = useWords();
  const words = language === "en" ? refusal.words_en : refusal.words_zh;
  // A list cuts what is long.
  return <span title={words}>{words}</span>;
}

export function RemedyButton({ refusal }: { refusal: Refusal }) {
  const { t } = useWords();
  const { may } = useSession();
  const { nameOf } = useStartable();
  const { action } = refusal;
  if (refusal.resolved_at !== null) {
    return <span className="gain">{t("billing.refusal.resolved")}</span>;
  }
  if (action.kind === "start_process" && action.code !== undefined) {
    const process = nameOf(action.code);
    if (process === undefined) {
      return <span className="quiet">{t("billing.refusal.for_sales")}</span>;
    }
    return (
      <LinkButton type="primary" size="small" to={startAddress(action.code, action.subject_id, knownOf(refusal))}>
        {t("billing.refusal.start", { process })}
      </LinkButton>
    );
  }
  if (refusal.reason === "account_unknown" && may("usage.assign")) {
    return (
      <LinkButton type="primary" size="small" to={`/usage?tab=unknown&month=${refusal.month}`}>
        {t("billing.refusal.assign")}
      </LinkButton>
    );
  }
  return (
    <LinkButton size="small" to={`/customers/${action.customer_id ?? refusal.customer_id}?tab=products`}>
      {t(action.place === "customer_products" ? "billing.refusal.open_products" : "billing.refusal.open_accounts")}
    </LinkButton>
  );
}

/** Of the process's form: a price is missing from the first of the days that the refusal names. */
function knownOf({ reason, details }: Refusal): Record<string, string> {
  const ranges = details.ranges as [string, string][] | undefined;
  const first = ranges?.[0]?.[0];
  return reason === "no_price" && first !== undefined ? { valid_from: first } : {};
}

import { Skeleton } from "antd";
import { query } from "../../api/client";
import { asProblem } from "../../api/problem";
import { money } from "../../format/figures";
import { useWords } from "../../words";
import type { FieldProps } from "../field";

/** What an account holds now, or may owe: only looked at; the service enters that of the moment. */
export function BalanceField({ field, subject, id }: FieldProps) {
  const { t } = useWords();
  const ledger = query.useQuery(
    "get",
    "/api/v1/accounts/{account_id}/ledger",
    { params: { path: { account_id: subject.account?.id ?? subject.id }, query: { page_size: 1 } } },
    { enabled: subject.type === "account" },
  );
  if (ledger.error !== null) {
    return <p className="form-error">{asProblem(ledger.error).message}</p>;
  }
  if (ledger.data === undefined) {
    return <Skeleton.Button active size="small" />;
  }
  const { total, prepay, prepurchase, limit, until } = ledger.data.balance;
  const isLimit = field.code === "present_limit";
  return (
    <output id={id} className="form-figure">
      <strong className="figure">{isLimit ? money(limit ?? "0") : money(total)}</strong>
      <span className="quiet">
        {isLimit
          ? until !== null && t("processes.form.balance.until", { date: until })
          : t("processes.form.balance.parts", { prepay: money(prepay), prepurchase: money(prepurchase) })}
      </span>
    </output>
  );
}

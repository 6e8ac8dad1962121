import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { dayOf } from "../../format/dates";
import { SmallTable } from "../../list/small_table";
import { StateTag } from "../../shell/state_tag";
import { useWords } from "../../words";

type Signature = Schemas["AccountSignature"];

interface SignaturesTableProps {
  signatures: Signature[];
  /** Whose account is named beside each: those of a product are of several. */
  hasAccounts?: boolean;
}

/** Registered signatures, each with the process that brought it. */
export function SignaturesTable({ signatures, hasAccounts = false }: SignaturesTableProps) {
  const { t, term } = useWords();
  return (
    <SmallTable
      keyOf={({ process_id, account_id, channel }) => `${process_id} ${account_id} ${channel}`}
      rows={signatures}
      columns={[
        { key: "signature", title: t("customers.accounts.signature"), show: (each) => `【${each.signature}】` },
        ...(hasAccounts
          ? [
              {
                key: "account",
                title: t("customers.accounts.identifier"),
                show: (each: Signature) => each.account_identifier,
              },
            ]
          : []),
        { key: "type", title: t("customers.accounts.type"), show: (each) => term("signature_type", each.type) },
        { key: "channel", title: t("customers.accounts.channel"), show: (each) => each.channel || "–" },
        {
          key: "state",
          title: t("customers.state"),
          onPhone: "corner",
          show: ({ state, result_note }) => (
            <span title={result_note}>
              <StateTag of="signature_state" state={state} />
            </span>
          ),
        },
        {
          key: "process",
          title: t("customers.process"),
          show: ({ process_id, settled_at }) => <Link to={`/processes/${process_id}`}>{dayOf(settled_at)}</Link>,
        },
      ]}
    />
  );
}

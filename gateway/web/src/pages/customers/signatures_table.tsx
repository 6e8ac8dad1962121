import { Table } from "antd";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { dayOf } from "../../format/dates";
import { StateTag } from "../../shell/state_tag";
import { useWords } from "../../words";

interface SignaturesTableProps {
  signatures: Schemas["AccountSignature"][];
  /** Whose account is named beside each: those of a product are of several. */
  hasAccounts?: boolean;
}

/** Registered signatures, each with the process that brought it. */
export function SignaturesTable({ signatures, hasAccounts = false }: SignaturesTableProps) {
  const { t, term } = useWords();
  return (
    <Table
      size="small"
      pagination={false}
      rowKey={({ process_id, account_id, channel }) => `${process_id} ${account_id} ${channel}`}
      dataSource={signatures}
      scroll={{ x: "max-content" }}
      columns={[
        { title: t("customers.accounts.signature"), render: (_, each) => `【${each.signature}】` },
        ...(hasAccounts ? [{ title: t("customers.accounts.identifier"), dataIndex: "account_identifier" }] : []),
        { title: t("customers.accounts.type"), render: (_, each) => term("signature_type", each.type) },
        { title: t("customers.accounts.channel"), render: (_, each) => each.channel || "–" },
        {
          title: t("customers.state"),
          render: (_, { state, result_note }) => (
            <span title={result_note}>
              <StateTag of="signature_state" state={state} />
            </span>
          ),
        },
        {
          title: t("customers.process"),
          render: (_, { process_id, settled_at }) => <Link to={`/processes/${process_id}`}>{dayOf(settled_at)}</Link>,
        },
      ]}
    />
  );
}

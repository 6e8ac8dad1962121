import { Button, Table, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { query, type Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { useSession } from "../../shell/session";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { WithdrawAliasForm } from "./withdraw_alias_form";

type PayerAlias = Schemas["PayerAlias"];

/** Whose a payer's name has been remembered as, and who no longer. */
export function AliasesOfPayer({ payer }: { payer: string }) {
  const { t } = useWords();
  const { may } = useSession();
  const [withdrawn, setWithdrawn] = useState<PayerAlias>();
  const aliases = query.useQuery("get", "/api/v1/payer-aliases", { params: { query: { payer } } });
  return (
    <Loaded query={aliases}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState words={t("payments.aliases.none")} />
        ) : (
          <>
            <Table<PayerAlias>
              size="small"
              pagination={false}
              rowKey="id"
              dataSource={items}
              scroll={{ x: "max-content" }}
              columns={[
                {
                  title: t("payments.customer"),
                  render: (_, alias) => <Link to={`/customers/${alias.customer_id}`}>{alias.customer_name}</Link>,
                },
                { title: t("payments.state"), render: (_, alias) => <AliasState alias={alias} /> },
                {
                  title: t("payments.aliases.assigned"),
                  render: (_, alias) => `${alias.assigned_by_name} · ${minuteOf(alias.assigned_at)}`,
                },
                {
                  title: t("payments.aliases.why"),
                  render: (_, alias) => <AliasWhy alias={alias} />,
                },
                {
                  key: "withdraw",
                  title: t("common.actions"),
                  render: (_, alias) =>
                    alias.withdrawn_at === null &&
                    may("receipts.assign") && (
                      <Button size="small" onClick={() => setWithdrawn(alias)}>
                        {t("payments.aliases.withdraw")}
                      </Button>
                    ),
                },
              ]}
            />
            <WithdrawAliasForm alias={withdrawn} onClose={() => setWithdrawn(undefined)} />
          </>
        )
      }
    </Loaded>
  );
}

export function AliasState({ alias }: { alias: PayerAlias }) {
  const { t } = useWords();
  return alias.withdrawn_at === null ? (
    <Tag color="success">{t("payments.aliases.in_force")}</Tag>
  ) : (
    <Tag color="default">{t("payments.aliases.withdrawn")}</Tag>
  );
}

/** Why it was remembered; of one withdrawn, by whom and why that was. */
export function AliasWhy({ alias }: { alias: PayerAlias }) {
  const { t } = useWords();
  if (alias.withdrawn_at === null) {
    return alias.why || "–";
  }
  return t("payments.aliases.withdrawn_by", {
    name: alias.withdrawn_by_name,
    at: minuteOf(alias.withdrawn_at),
    why: alias.withdrawn_why,
  });
}

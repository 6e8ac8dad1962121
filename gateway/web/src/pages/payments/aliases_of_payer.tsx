import { Button, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { query, type Schemas } from "../../api/client";
import { minuteOf } from "../../format/dates";
import { SmallTable } from "../../list/small_table";
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
            <SmallTable<PayerAlias>
              keyOf={({ id }) => id}
              rows={items}
              columns={[
                {
                  key: "customer",
                  title: t("payments.customer"),
                  show: (alias) => <Link to={`/customers/${alias.customer_id}`}>{alias.customer_name}</Link>,
                },
                {
                  key: "state",
                  title: t("payments.state"),
                  show: (alias) => <AliasState alias={alias} />,
                  onPhone: "corner",
                },
                {
                  key: "assigned",
                  title: t("payments.aliases.assigned"),
                  show: (alias) => `${alias.assigned_by_name} · ${minuteOf(alias.assigned_at)}`,
                },
                {
                  key: "why",
                  title: t("payments.aliases.why"),
                  show: (alias) => <AliasWhy alias={alias} />,
                },
                {
                  key: "withdraw",
                  title: t("common.actions"),
                  onPhone: "foot",
                  show: (alias) =>
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

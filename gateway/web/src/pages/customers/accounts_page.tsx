import { useMemo } from "react";
import { Link, useSearchParams } from "react-router";
import { dayOf } from "../../format/dates";
import type { Filter } from "../../list/filters";
import { type Column, RecordList, type RowOf } from "../../list/record_list";
import { customerFilter } from "../../pick/customer_filter";
import { Page } from "../../shell/page";
import { StateTag } from "../../shell/state_tag";
import { useTitle } from "../../shell/tabs";
import { useWords } from "../../words";
import { AccountDrawer } from "./account_drawer";
import { ACCOUNT_STATES } from "./codes";
import "./customers.css";

type Account = RowOf<"/api/v1/accounts">;

const KEPT = ["account"];

/** Accounts of all customers that one sees: what messages are sent through, and metered by. */
export function AccountsPage() {
  const { t, term } = useWords();
  useTitle(t("shell.menu.accounts"));
  const [params, setParams] = useSearchParams();
  const columns = useAccountColumns();
  const filters = useMemo<Filter[]>(
    () => [
      { kind: "text", name: "q", label: t("customers.accounts.search") },
      {
        kind: "choice",
        name: "status",
        label: t("customers.accounts.status"),
        options: ACCOUNT_STATES.map((value) => ({ value, label: term("account_status", value) })),
      },
      customerFilter(t("customers.customer")),
    ],
    [t, term],
  );

  function open(id: string | undefined) {
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (id === undefined) {
          after.delete("account");
        } else {
          after.set("account", id);
        }
        return after;
      },
      { replace: true },
    );
  }

  return (
    <Page title={t("shell.menu.accounts")} isFilled>
      <RecordList
        name="accounts"
        path="/api/v1/accounts"
        columns={columns}
        filters={filters}
        kept={KEPT}
        onOpen={({ id }) => open(id)}
        empty={t("customers.accounts.empty")}
      />
      <AccountDrawer id={params.get("account") ?? undefined} onClose={() => open(undefined)} />
    </Page>
  );
}

function useAccountColumns(): Column<Account>[] {
  const { t, term } = useWords();
  return useMemo(
    () => [
      {
        key: "identifier",
        title: t("customers.accounts.identifier"),
        width: 180,
        sort: "identifier",
        show: ({ identifier }) => identifier,
        onPhone: "title",
      },
      {
        key: "customer",
        title: t("customers.customer"),
        width: 240,
        show: ({ customer_id, customer_name }) => (
          <Link to={`/customers/${customer_id}?tab=products`} onClick={(event) => event.stopPropagation()}>
            {customer_name}
          </Link>
        ),
        onPhone: "line",
      },
      {
        key: "product",
        title: t("customers.product"),
        width: 130,
        show: ({ product_name }) => product_name,
        onPhone: "line",
      },
      {
        key: "status",
        title: t("customers.accounts.status"),
        width: 100,
        show: ({ status }) => <StateTag of="account_status" state={status} />,
        onPhone: "corner",
      },
      {
        key: "signature",
        title: t("customers.accounts.signature"),
        width: 140,
        show: ({ signature }) => `【${signature}】`,
        onPhone: "line",
      },
      {
        key: "interface",
        title: t("customers.accounts.interface"),
        width: 90,
        show: (account) => term("interface", account.interface),
      },
      {
        key: "sub_number",
        title: t("customers.accounts.sub_number"),
        width: 110,
        show: ({ sub_number }) => sub_number || "–",
      },
      {
        key: "opened",
        title: t("customers.accounts.opened"),
        width: 110,
        sort: "opened_at",
        show: ({ opened_at }) => dayOf(opened_at),
      },
    ],
    [t, term],
  );
}

import { EditOutlined } from "@ant-design/icons";
import { Button, Descriptions, Drawer, Tag } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { api, query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { dayOf, minuteOf } from "../../format/dates";
import { money } from "../../format/figures";
import { changesOf } from "../../forms/changes";
import { FollowRecord } from "../../forms/follow_record";
import { FormDrawer } from "../../forms/form_drawer";
import { LinkButton } from "../../shell/link_button";
import { useSession } from "../../shell/session";
import { StateTag } from "../../shell/state_tag";
import { Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { startAddress } from "../processes/start_address";
import { AccountFields } from "./account_fields";
import "./record/record.css";
import { SignaturesTable } from "./signatures_table";

type Account = Schemas["Account"];
type Status = Account["status"];

/** Where an account may go from where it stands: a trial becomes active, either is blocked and let in again, closed is the end. */
const NEXT: Record<Status, readonly Status[]> = {
  trial: ["trial", "active", "blocked", "closed"],
  active: ["active", "blocked", "closed"],
  blocked: ["blocked", "active", "closed"],
  closed: ["closed"],
};

/** One account: what it is, what is registered on it, which words it may send, and its balance. */
export function AccountDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  const { t } = useWords();
  const { may } = useSession();
  const [isEditing, setEditing] = useState(false);
  const account = query.useQuery(
    "get",
    "/api/v1/accounts/{account_id}",
    { params: { path: { account_id: id ?? "" } } },
    { enabled: id !== undefined },
  );
  const isEditable = account.data !== undefined && account.data.status !== "closed" && may("accounts.write");
  return (
    <Drawer
      open={id !== undefined}
      onClose={onClose}
      title={account.data?.identifier ?? t("shell.menu.accounts")}
      size={640}
      extra={
        isEditable && (
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
            {t("common.edit")}
          </Button>
        )
      }
    >
      <Loaded query={account}>{(each) => <Details account={each} />}</Loaded>
      <EditAccountDrawer account={isEditing ? account.data : undefined} onClose={() => setEditing(false)} />
    </Drawer>
  );
}

function Details({ account }: { account: Account }) {
  const { t, term } = useWords();
  const { is } = useSession();
  return (
    <div className="parts">
      <Descriptions
        column={1}
        size="small"
        items={[
          {
            key: "customer",
            label: t("customers.customer"),
            children: <Link to={`/customers/${account.customer_id}`}>{account.customer_name}</Link>,
          },
          {
            key: "product",
            label: t("customers.product"),
            children: (
              <Link to={`/customers/${account.customer_id}?tab=products&product=${account.product_id}`}>
                {account.product_name}
              </Link>
            ),
          },
          {
            key: "status",
            label: t("customers.accounts.status"),
            children: <StateTag of="account_status" state={account.status} />,
          },
          { key: "signature", label: t("customers.accounts.signature"), children: `【${account.signature}】` },
          {
            key: "interface",
            label: t("customers.accounts.interface"),
            children: term("interface", account.interface),
          },
          { key: "sub", label: t("customers.accounts.sub_number"), children: account.sub_number || "–" },
          {
            key: "opened",
            label: t("customers.accounts.opened"),
            children: account.process_id ? (
              <Link to={`/processes/${account.process_id}`}>{minuteOf(account.opened_at)}</Link>
            ) : (
              minuteOf(account.opened_at)
            ),
          },
        ]}
      />
      {is("sales", "sales_lead") && account.status !== "closed" && (
        <div className="product-ends">
          <LinkButton size="small" to={startAddress("channel_registration", account.id)}>
            {t("customers.accounts.register")}
          </LinkButton>
          <LinkButton
            size="small"
            to={startAddress("special_request", account.customer_id, { account_id: account.id })}
          >
            {t("customers.accounts.special_request")}
          </LinkButton>
        </div>
      )}
      <Balance account={account} />
      <Signatures accountId={account.id} />
      <ExemptWords accountId={account.id} />
    </div>
  );
}

function Balance({ account }: { account: Account }) {
  const { t } = useWords();
  const { may, is } = useSession();
  const balances = query.useQuery(
    "get",
    "/api/v1/balances",
    { params: { query: { product_id: account.product_id, page_size: 200 } } },
    { enabled: may("balances.read") },
  );
  const balance = balances.data?.items.find(({ account_id }) => account_id === account.id);
  if (balance === undefined) {
    return null;
  }
  return (
    <section className="part">
      <h2>{t("customers.accounts.balance")}</h2>
      <p>
        <strong className={balance.is_low ? "loss" : undefined}>{money(balance.total)}</strong>{" "}
        <span className="quiet">
          {t("customers.accounts.balance_parts", {
            prepay: money(balance.prepay),
            prepurchase: money(balance.prepurchase),
          })}
        </span>{" "}
        <Link to={`/balances?customer_id=${account.customer_id}`}>{t("customers.accounts.ledger")}</Link>
      </p>
      {is("sales", "sales_lead") && (
        <LinkButton size="small" to={startAddress("recharge", account.id)}>
          {t("customers.accounts.recharge")}
        </LinkButton>
      )}
    </section>
  );
}

function Signatures({ accountId }: { accountId: string }) {
  const { t } = useWords();
  const signatures = query.useQuery("get", "/api/v1/accounts/{account_id}/signatures", {
    params: { path: { account_id: accountId }, query: { state: "all", page_size: 200 } },
  });
  return (
    <section className="part">
      <h2>{t("customers.accounts.signatures")}</h2>
      <Loaded query={signatures} rows={2}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t("customers.accounts.no_signatures")}</p>
          ) : (
            <SignaturesTable signatures={items} />
          )
        }
      </Loaded>
    </section>
  );
}

function ExemptWords({ accountId }: { accountId: string }) {
  const { t } = useWords();
  const words = query.useQuery("get", "/api/v1/accounts/{account_id}/exempt-words", {
    params: { path: { account_id: accountId }, query: { page_size: 200 } },
  });
  return (
    <section className="part">
      <h2>{t("customers.accounts.exempt_words")}</h2>
      <Loaded query={words} rows={1}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t("customers.accounts.no_exempt_words")}</p>
          ) : (
            items.map(({ word, process_id, exempt_since }) => (
              <Link key={word} to={`/processes/${process_id}`} title={dayOf(exempt_since)}>
                <Tag>{word}</Tag>
              </Link>
            ))
          )
        }
      </Loaded>
    </section>
  );
}

type AccountValues = Pick<Account, "signature" | "interface" | "sub_number" | "status">;

function EditAccountDrawer({ account, onClose }: { account: Account | undefined; onClose: () => void }) {
  const { t } = useWords();
  const again = () => readAgain("/api/v1/accounts", "/api/v1/customers");

  async function change(values: AccountValues) {
    if (account !== undefined) {
      await api.PATCH("/api/v1/accounts/{account_id}", {
        params: { path: { account_id: account.id } },
        body: { ...changesOf(account, values), version: account.version },
      });
      void again();
    }
  }

  return (
    <FormDrawer<AccountValues>
      title={t("customers.accounts.edit", { identifier: account?.identifier })}
      isOpen={account !== undefined}
      onClose={onClose}
      onSubmit={change}
      initialValues={account && valuesOf(account)}
      readAgain={again}
      size={440}
    >
      {account && <FollowRecord version={account.version} values={valuesOf(account)} />}
      <AccountFields statuses={account ? NEXT[account.status] : []} />
    </FormDrawer>
  );
}

function valuesOf({ signature, interface: through, sub_number, status }: Account): AccountValues {
  return { signature, interface: through, sub_number, status };
}

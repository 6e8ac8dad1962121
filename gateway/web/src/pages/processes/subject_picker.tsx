import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { type ReactNode, useEffect, useState } from "react";
import { api, query, type Schemas } from "../../api/client";
import { money } from "../../format/figures";
import { CustomerSelect } from "../../pick/selects";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";

type SubjectType = Schemas["ShownDefinition"]["subject_type"];

interface SubjectPickerProps {
  code: string;
  type: SubjectType;
  /** Known already: the page one came from. */
  customerId: string | undefined;
  onCustomer: (id: string | undefined) => void;
  /** @param type given where it is not the definition's own. */
  onChoose: (id: string, type?: SubjectType) => void;
}

/** Processes about prepaid accounts only. */
const PREPAID = new Set(["recharge", "deferred_payment"]);

/** What the process shall be about. */
export function SubjectPicker(props: SubjectPickerProps) {
  const { code, type, customerId, onCustomer, onChoose } = props;
  const { t } = useWords();
  return (
    <section className="start-panel start-subject">
      <h2>{t(`processes.start.subject.${type}`)}</h2>
      <label htmlFor="start-customer">{t("processes.start.customer")}</label>
      <CustomerSelect
        id="start-customer"
        tier={code === "claim_customer" ? "pool" : undefined}
        value={customerId}
        placeholder={t(code === "claim_customer" ? "processes.start.find_pool" : "processes.start.find_customer")}
        onChange={(id) => (type === "customer" ? id && onChoose(id) : onCustomer(id))}
      />
      {type === "product" && customerId !== undefined && (
        <Products customerId={customerId} code={code} onChoose={onChoose} />
      )}
      {type === "account" &&
        (PREPAID.has(code) ? (
          <PrepaidAccounts customerId={customerId} onChoose={onChoose} />
        ) : (
          <Accounts customerId={customerId} onChoose={onChoose} />
        ))}
    </section>
  );
}

interface ChoiceButtonProps {
  title: ReactNode;
  note: ReactNode;
  figure?: ReactNode;
  onClick: () => void;
}

function ChoiceButton({ title, note, figure, onClick }: ChoiceButtonProps) {
  return (
    <li>
      <button type="button" className="start-choice" onClick={onClick}>
        <strong>{title}</strong>
        <span className="quiet">{note}</span>
        {figure !== undefined && <span className="figure">{figure}</span>}
      </button>
    </li>
  );
}

interface OfCustomer {
  customerId: string;
  code: string;
  onChoose: SubjectPickerProps["onChoose"];
}

function Products({ customerId, code, onChoose }: OfCustomer) {
  const { t, term } = useWords();
  const products = query.useQuery("get", "/api/v1/customers/{customer_id}/products", {
    params: { path: { customer_id: customerId }, query: { page_size: 200 } },
  });
  const isTest = code === "test_account";
  return (
    <Loaded query={products} rows={2}>
      {({ items }) => (
        <>
          <ul className="start-choices">
            {items
              .filter((product) => !isTest || product.type !== "software")
              .map((product) => (
                <ChoiceButton
                  key={product.id}
                  title={product.name}
                  note={`${term("product_type", product.type)} · ${term("payment_mode", product.payment_mode)}`}
                  onClick={() => onChoose(product.id)}
                />
              ))}
            {isTest && (
              <ChoiceButton
                title={
                  <>
                    <PlusOutlined aria-hidden /> {t("processes.start.new_product")}
                  </>
                }
                note={t("processes.start.new_product_note")}
                onClick={() => onChoose(customerId, "customer")}
              />
            )}
          </ul>
          {items.length === 0 && !isTest && <EmptyState words={t("processes.form.products.none")} />}
        </>
      )}
    </Loaded>
  );
}

interface OfAccounts {
  customerId: string | undefined;
  onChoose: SubjectPickerProps["onChoose"];
}

const TYPING_MS = 250;
const SHOWN_MAX = 50;

function Accounts({ customerId, onChoose }: OfAccounts) {
  const { t, term } = useWords();
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const pause = setTimeout(() => setAsked(text.trim()), TYPING_MS);
    return () => clearTimeout(pause);
  }, [text]);
  const accounts = useQuery({
    queryKey: ["start accounts", customerId, asked],
    queryFn: async ({ signal }) => {
      const query = {
        page_size: SHOWN_MAX,
        q: asked,
        ...(customerId === undefined ? {} : { customer_id: customerId }),
      };
      const { data } = await api.GET("/api/v1/accounts", { params: { query }, signal });
      return data?.items ?? [];
    },
    placeholderData: (before) => before,
  });
  return (
    <>
      <AccountSearch text={text} onChange={setText} />
      <Loaded query={accounts} rows={2}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState words={t("processes.form.accounts.none")} />
          ) : (
            <ul className="start-choices">
              {items.map((account) => (
                <ChoiceButton
                  key={account.id}
                  title={account.identifier}
                  note={`${account.customer_name} · ${account.product_name}`}
                  figure={term("account_status", account.status)}
                  onClick={() => onChoose(account.id)}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
    </>
  );
}

/** Those paid in advance, with what they hold: the lowest first, as they are the ones that ask for it. */
function PrepaidAccounts({ customerId, onChoose }: OfAccounts) {
  const { t } = useWords();
  const [text, setText] = useState("");
  const balances = query.useQuery("get", "/api/v1/balances", {
    params: { query: { page_size: 200, ...(customerId === undefined ? {} : { customer_id: customerId }) } },
  });
  return (
    <>
      <AccountSearch text={text} onChange={setText} />
      <Loaded query={balances} rows={2}>
        {({ items }) => {
          const wanted = text.trim().toLowerCase();
          const found = items.filter(
            ({ identifier, customer_name, product_name, status }) =>
              status !== "closed" && `${identifier} ${customer_name} ${product_name}`.toLowerCase().includes(wanted),
          );
          return found.length === 0 ? (
            <EmptyState words={t("processes.start.no_prepaid")} />
          ) : (
            <ul className="start-choices">
              {found.slice(0, SHOWN_MAX).map((balance) => (
                <ChoiceButton
                  key={balance.account_id}
                  title={balance.identifier}
                  note={`${balance.customer_name} · ${balance.product_name}`}
                  figure={money(balance.total)}
                  onClick={() => onChoose(balance.account_id)}
                />
              ))}
            </ul>
          );
        }}
      </Loaded>
    </>
  );
}

function AccountSearch({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { t } = useWords();
  return (
    <>
      <label htmlFor="start-account">{t("processes.start.account")}</label>
      <Input
        id="start-account"
        allowClear
        placeholder={t("processes.start.find_account")}
        value={text}
        onChange={({ target }) => onChange(target.value)}
      />
    </>
  );
}

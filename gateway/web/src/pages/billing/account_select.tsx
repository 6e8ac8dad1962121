import { api } from "../../api/client";
import { type Choice, RemoteSelect } from "../../pick/remote_select";
import { useWords } from "../../words";

interface AccountSelectProps {
  value?: string | null;
  onChange?: (value: string | undefined) => void;
  id?: string;
  label?: string;
}

const FIRST = 20;

/** An account by its identifier, or by its customer's. Works as a form's field. */
export function AccountSelect(props: AccountSelectProps) {
  const { t } = useWords();
  return (
    <RemoteSelect
      {...props}
      name="account"
      placeholder={t("billing.usage.find_account")}
      find={async (q, signal) => {
        const { data } = await api.GET("/api/v1/accounts", { params: { query: { q, page_size: FIRST } }, signal });
        return (data?.items ?? []).map(choiceOf);
      }}
      describe={async (id, signal) => {
        const { data } = await api.GET("/api/v1/accounts/{account_id}", {
          params: { path: { account_id: id } },
          signal,
        });
        return data === undefined ? { value: id, label: id } : choiceOf(data);
      }}
    />
  );
}

function choiceOf(account: { id: string; identifier: string; customer_name: string; product_name: string }): Choice {
  return {
    value: account.id,
    label: account.identifier,
    note: `${account.customer_name} · ${account.product_name}`,
  };
}

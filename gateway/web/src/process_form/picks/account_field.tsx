import { Select } from "antd";
import { query } from "../../api/client";
import { useWords } from "../../words";
import { type FieldProps, textOf } from "../field";

/** Which of the customer's accounts. */
export function AccountField({ value, onChange, subject, id, isReadOnly }: FieldProps) {
  const { t, term } = useWords();
  const accounts = query.useQuery("get", "/api/v1/accounts", {
    params: { query: { customer_id: subject.customerId, page_size: 200 } },
  });
  return (
    <Select
      id={id}
      allowClear
      disabled={isReadOnly}
      loading={accounts.isPending}
      showSearch={{ optionFilterProp: "label" }}
      placeholder={t("processes.form.choose")}
      notFoundContent={t("processes.form.accounts.none")}
      value={textOf(value) || undefined}
      onChange={(chosen: string | undefined) => onChange(chosen)}
      options={(accounts.data?.items ?? []).map((account) => ({
        value: account.id,
        label: `${account.identifier} · ${account.product_name} · ${term("account_status", account.status)}`,
      }))}
      style={{ width: "100%" }}
    />
  );
}

import { Button, Select } from "antd";
import dayjs from "dayjs";
import { query } from "../../api/client";
import { useWords } from "../../words";
import { type FieldProps, textOf } from "../field";

/** Which contract of the customer's this one renews; its terms can be taken over, so that an unchanged renewal stays one. */
export function ContractField({ value, onChange, setValue, subject, id, isReadOnly }: FieldProps) {
  const { t, term } = useWords();
  const contracts = query.useQuery("get", "/api/v1/contracts", {
    params: { query: { customer_id: subject.customerId, page_size: 200 } },
  });
  const items = contracts.data?.items ?? [];
  const chosen = items.find((contract) => contract.id === value);

  function takeTerms() {
    if (chosen === undefined) {
      return;
    }
    setValue("valid_from", dayjs(chosen.valid_to).add(1, "day").format("YYYY-MM-DD"));
    setValue(
      "product_ids",
      chosen.products.map((product) => product.id),
    );
    setValue("monthly_volume", chosen.monthly_volume ?? undefined);
    setValue("amount", chosen.amount ?? undefined);
    setValue("unit_price", chosen.unit_price ?? undefined);
    setValue("is_standard", chosen.is_standard);
    setValue("is_auto_renewing", chosen.is_auto_renewing);
  }

  return (
    <div className="form-pick">
      <Select
        id={id}
        allowClear
        disabled={isReadOnly}
        loading={contracts.isPending}
        showSearch={{ optionFilterProp: "label" }}
        placeholder={t("processes.form.contract.hint")}
        value={textOf(value) || undefined}
        onChange={(chosenId: string | undefined) => onChange(chosenId)}
        options={items.map((contract) => ({
          value: contract.id,
          label: `${contract.number} · ${contract.valid_from} – ${contract.valid_to} · ${term("contract_state", contract.state)}`,
        }))}
      />
      {chosen !== undefined && !isReadOnly && (
        <Button onClick={takeTerms}>{t("processes.form.contract.take_terms")}</Button>
      )}
    </div>
  );
}

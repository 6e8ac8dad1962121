import { Alert } from "antd";
import { useEffect } from "react";
import { Link } from "react-router";
import { query } from "../../api/client";
import { listed, useWords } from "../../words";
import { type FieldProps, isObject, textOf } from "../field";
import { ObjectField } from "../object_field";

const OF_ORDINARY = new Set(["company_name", "tax_number"]);

/** To whom it is invoiced: the customer's own, unless one enters other; what this type of invoice still lacks is named. */
export function InvoiceInformationField(props: FieldProps) {
  const { field, value, onChange, values, subject, isReadOnly } = props;
  const { t, named } = useWords();
  const { data: customer } = query.useQuery("get", "/api/v1/customers/{customer_id}", {
    params: { path: { customer_id: subject.customerId } },
  });
  const known = customer?.invoice_information;
  const isBegun = value !== undefined;
  useEffect(() => {
    if (known !== undefined && !isBegun && !isReadOnly) {
      onChange(Object.fromEntries(Object.entries(known).filter(([, each]) => each !== "")));
    }
  }, [known, isBegun, isReadOnly, onChange]);
  const entries = isObject(value) ? value : {};
  const type = textOf(values.invoice_type);
  const isNeeded = (code: string) => type === "special" || (type === "ordinary" && OF_ORDINARY.has(code));
  const missing = field.columns.filter(({ code }) => isNeeded(code) && textOf(entries[code]).trim() === "");
  return (
    <>
      {missing.length > 0 && known !== undefined && (
        <Alert
          type="warning"
          showIcon
          title={t("processes.form.invoice.missing", {
            type: t(`processes.form.invoice.${type === "special" ? "special" : "ordinary"}`),
            fields: listed(missing.map(named)),
          })}
          description={
            <Link to={`/customers/${subject.customerId}`}>{t("processes.form.invoice.complete_customer")}</Link>
          }
        />
      )}
      <ObjectField {...props} isRequired={({ code }) => isNeeded(code)} />
    </>
  );
}

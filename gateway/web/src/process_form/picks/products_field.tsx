import { Button, Checkbox, Tag } from "antd";
import { query } from "../../api/client";
import { EmptyState, Loaded } from "../../shell/states";
import { useWords } from "../../words";
import { type FieldProps, textsOf } from "../field";
import { FieldError } from "../field_frame";

/** Which of the customer's products. */
export function ProductsField({ value, onChange, subject, path, errors, isReadOnly }: FieldProps) {
  const { t, term } = useWords();
  const chosen = textsOf(value);
  const products = query.useQuery("get", "/api/v1/customers/{customer_id}/products", {
    params: { path: { customer_id: subject.customerId }, query: { page_size: 200 } },
  });
  return (
    <Loaded query={products} rows={2}>
      {({ items }) =>
        items.length === 0 ? (
          <EmptyState words={t("processes.form.products.none")} />
        ) : (
          <div className="form-choices">
            {items.map((product) => {
              const at = chosen.indexOf(product.id);
              return (
                <div key={product.id} className="form-choice">
                  <Checkbox
                    checked={at >= 0}
                    disabled={isReadOnly}
                    onChange={({ target }) =>
                      onChange(target.checked ? [...chosen, product.id] : chosen.filter((id) => id !== product.id))
                    }
                  >
                    {product.name}
                    <span className="quiet">
                      {` ${term("product_type", product.type)} · ${term("payment_mode", product.payment_mode)}`}
                    </span>
                  </Checkbox>
                  <Tag>{t("processes.form.products.cycle", { count: product.billing_cycle_months })}</Tag>
                  {at >= 0 && <FieldError path={[...path, at]} errors={errors} />}
                </div>
              );
            })}
            {items.length > 2 && !isReadOnly && (
              <Button
                type="link"
                size="small"
                onClick={() => onChange(chosen.length === items.length ? [] : items.map(({ id }) => id))}
              >
                {chosen.length === items.length ? t("common.list.clear_selection") : t("processes.form.products.all")}
              </Button>
            )}
          </div>
        )
      }
    </Loaded>
  );
}

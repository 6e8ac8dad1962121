import { Form, InputNumber } from "antd";
import { api, query, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { amount } from "../../../format/figures";
import { useSession } from "../../../shell/session";
import { Loaded } from "../../../shell/states";
import { useWords } from "../../../words";
import { DatedValues } from "./dated_values";
import { COSTED_TYPES } from "./product_types";

const PATH = "/api/v1/unit-costs/versions";

/** What one message, licence or piece costs us. */
export function UnitCosts() {
  const { t } = useWords();
  const { may } = useSession();
  const costs = query.useQuery("get", "/api/v1/unit-costs");
  return (
    <Loaded query={costs}>
      {({ items, version }) => (
        <DatedValues
          title={t("office.rates.costs")}
          note={t("office.rates.costs_note")}
          items={items}
          show={({ unit_cost }) => `¥${amount(unit_cost, 4)}`}
          valueTitle={t("office.rates.unit_cost")}
          valueName="unit_cost"
          productTypes={COSTED_TYPES}
          historyPath={PATH}
          readHistory={async (cursor, signal) => (await api.GET(PATH, { params: { query: { cursor } }, signal })).data}
          field={
            <Form.Item
              name="value"
              label={t("office.rates.unit_cost")}
              rules={[{ required: true, message: t("office.required") }]}
            >
              <InputNumber stringMode min="0" max="999999.999999" precision={6} prefix="¥" style={{ width: "100%" }} />
            </Form.Item>
          }
          onSet={
            may("unit_costs.write")
              ? async ({ value, product_type, ...setting }) => {
                  await api.PUT("/api/v1/unit-costs", {
                    body: {
                      ...setting,
                      product_type: product_type as Schemas["SetUnitCost"]["product_type"],
                      version,
                      unit_cost: value,
                    },
                  });
                  await readAgain("/api/v1/unit-costs");
                }
              : undefined
          }
        />
      )}
    </Loaded>
  );
}

import { Form, InputNumber } from "antd";
import { api, query } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { percentOf, shifted } from "../../../format/decimal_point";
import { useSession } from "../../../shell/session";
import { Loaded } from "../../../shell/states";
import { useWords } from "../../../words";
import { DatedValues } from "./dated_values";
import { COSTED_TYPES } from "./product_types";

const PATH = "/api/v1/commission-rates/versions";

/** Which part of the profit sales earns. */
export function CommissionRates() {
  const { t } = useWords();
  const { may } = useSession();
  const rates = query.useQuery("get", "/api/v1/commission-rates");
  return (
    <Loaded query={rates}>
      {({ items, version }) => (
        <DatedValues
          title={t("office.rates.commission")}
          note={t("office.rates.commission_note")}
          items={items}
          show={({ rate }) => percentOf(rate)}
          valueTitle={t("office.rates.rate")}
          valueName="rate"
          productTypes={[...COSTED_TYPES, "ecommerce"]}
          historyPath={PATH}
          readHistory={async (cursor, signal) => (await api.GET(PATH, { params: { query: { cursor } }, signal })).data}
          field={
            <Form.Item
              name="value"
              label={t("office.rates.rate")}
              rules={[{ required: true, message: t("office.required") }]}
            >
              <InputNumber stringMode min="0" max="100" precision={4} suffix="%" style={{ width: "100%" }} />
            </Form.Item>
          }
          onSet={
            may("commission_rates.write")
              ? async ({ value, ...setting }) => {
                  await api.PUT("/api/v1/commission-rates", {
                    body: { ...setting, version, rate: shifted(value, -2) },
                  });
                  await readAgain("/api/v1/commission-rates");
                }
              : undefined
          }
        />
      )}
    </Loaded>
  );
}

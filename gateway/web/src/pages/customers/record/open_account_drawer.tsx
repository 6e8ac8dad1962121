import { Form, Input } from "antd";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { useWords } from "../../../words";
import { AccountFields } from "../account_fields";
import { useShown } from "./overview";

interface OpenAccountDrawerProps {
  /** Undefined: closed. */
  product: Schemas["Product"] | undefined;
  onClose: () => void;
}

/** An account by hand, for those who may; others apply for one by 测试账号申请. */
export function OpenAccountDrawer({ product, onClose }: OpenAccountDrawerProps) {
  const { t } = useWords();
  const { changed } = useShown();
  const once = useMadeOnce();

  async function open(values: Schemas["OpenAccount"]) {
    if (product === undefined) {
      return;
    }
    await once((header) =>
      api.POST("/api/v1/products/{product_id}/accounts", {
        params: { path: { product_id: product.id }, header },
        body: values,
      }),
    );
    void readAgain(...changed);
  }

  return (
    <FormDrawer<Schemas["OpenAccount"]>
      title={t("customers.products.open_account")}
      isOpen={product !== undefined}
      onClose={onClose}
      onSubmit={open}
      initialValues={{ status: "trial" }}
      readAgain={() => readAgain(...changed)}
      note={<p className="quiet">{product?.name}</p>}
    >
      <Form.Item
        name="identifier"
        label={t("customers.accounts.identifier")}
        rules={[
          { required: true },
          { pattern: /^[0-9A-Za-z_.@-]{1,64}$/, message: t("customers.accounts.identifier_rule") },
        ]}
      >
        <Input autoFocus />
      </Form.Item>
      <AccountFields statuses={["trial", "active"]} />
    </FormDrawer>
  );
}

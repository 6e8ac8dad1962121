import { Checkbox, Form, Input, Select } from "antd";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { changesOf } from "../../../forms/changes";
import { FollowRecord } from "../../../forms/follow_record";
import { FormDrawer } from "../../../forms/form_drawer";
import { useMadeOnce } from "../../../forms/made_once";
import { useWords } from "../../../words";
import { PAYMENT_MODES, PRODUCT_TYPES } from "../codes";
import { useShown } from "./overview";

type ProductValues = Schemas["AddProduct"];

export function AddProductDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { overview, changed } = useShown();
  const once = useMadeOnce();

  async function add(values: ProductValues) {
    await once((header) =>
      api.POST("/api/v1/customers/{customer_id}/products", {
        params: { path: { customer_id: overview.customer.id }, header },
        body: values,
      }),
    );
    void readAgain(...changed);
  }

  return (
    <FormDrawer<ProductValues>
      title={t("customers.products.add")}
      isOpen={isOpen}
      onClose={onClose}
      onSubmit={add}
      initialValues={{ payment_mode: "postpaid", needs_invoice: true }}
      readAgain={() => readAgain(...changed)}
      keptAs={`product.${overview.customer.id}`}
    >
      <ProductFields isNew isFixed={false} />
    </FormDrawer>
  );
}

interface EditProductDrawerProps {
  product: Schemas["Product"] | undefined;
  onClose: () => void;
}

export function EditProductDrawer({ product, onClose }: EditProductDrawerProps) {
  const { t } = useWords();
  const { changed } = useShown();
  const isFixed = (product?.account_count ?? 0) > 0;

  async function change(values: ProductValues) {
    if (product === undefined) {
      return;
    }
    await api.PATCH("/api/v1/products/{product_id}", {
      params: { path: { product_id: product.id } },
      body: { ...changesOf(product, values), version: product.version },
    });
    void readAgain(...changed);
  }

  return (
    <FormDrawer<ProductValues>
      title={t("customers.products.edit")}
      isOpen={product !== undefined}
      onClose={onClose}
      onSubmit={change}
      initialValues={product && valuesOf(product)}
      readAgain={() => readAgain(...changed)}
    >
      {product && <FollowRecord version={product.version} values={valuesOf(product)} />}
      <ProductFields isFixed={isFixed} />
    </FormDrawer>
  );
}

function valuesOf({ type, payment_mode, name, needs_invoice }: Schemas["Product"]): ProductValues {
  return { type, payment_mode, name, needs_invoice };
}

/** @param props.isFixed with accounts, type and payment mode stay as they are. */
function ProductFields({ isNew = false, isFixed }: { isNew?: boolean; isFixed: boolean }) {
  const { t, term } = useWords();
  return (
    <>
      <Form.Item
        name="type"
        label={t("customers.product_type")}
        rules={[{ required: true }]}
        extra={isFixed ? t("customers.products.fixed") : undefined}
      >
        <Select
          disabled={isFixed}
          options={PRODUCT_TYPES.map((value) => ({ value, label: term("product_type", value) }))}
        />
      </Form.Item>
      <Form.Item name="payment_mode" label={t("customers.products.payment_mode")} rules={[{ required: true }]}>
        <Select
          disabled={isFixed}
          options={PAYMENT_MODES.map((value) => ({ value, label: term("payment_mode", value) }))}
        />
      </Form.Item>
      <Form.Item
        name="name"
        label={t("customers.products.name")}
        extra={isNew ? t("customers.products.name_hint") : undefined}
        rules={isNew ? [{ max: 100 }] : [{ required: true, whitespace: true, max: 100 }]}
      >
        <Input />
      </Form.Item>
      <Form.Item name="needs_invoice" valuePropName="checked">
        <Checkbox>{t("customers.products.needs_invoice")}</Checkbox>
      </Form.Item>
    </>
  );
}

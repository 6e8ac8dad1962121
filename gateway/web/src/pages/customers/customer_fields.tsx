/** The fields of a customer, as it is added and as it is changed. */
import { CopyOutlined } from "@ant-design/icons";
import { Button, Col, Form, type FormInstance, Input, Row, Select } from "antd";
import type { Schemas } from "../../api/client";
import { useWords } from "../../words";
import { INDUSTRIES } from "./codes";
import { problemOfTaxNumber, tidyTaxNumber } from "./tax_number";

export interface CustomerValues {
  name: string;
  industry?: string | null;
  region?: string;
  source?: string;
  remarks?: string;
  invoice_information: Schemas["InvoiceInformation"];
}

/** As the API takes it: what was never entered is empty. */
export function bodyOf(values: CustomerValues) {
  const { invoice_information, industry, ...rest } = values;
  return {
    ...rest,
    industry: industry ?? "",
    invoice_information: {
      ...invoice_information,
      tax_number: tidyTaxNumber(invoice_information.tax_number ?? ""),
    },
  };
}

export function CustomerFields({ form }: { form: FormInstance<CustomerValues> }) {
  const { t, term } = useWords();
  return (
    <>
      <Form.Item
        name="name"
        label={t("customers.name")}
        extra={t("customers.add.name_hint")}
        rules={[{ required: true, whitespace: true, min: 2, max: 200, message: t("customers.add.name_rule") }]}
      >
        <Input autoFocus />
      </Form.Item>
      <Form.Item name="industry" label={t("customers.industry")}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: "label" }}
          options={INDUSTRIES.map((value) => ({ value, label: term("industry", value) }))}
        />
      </Form.Item>
      <Row gutter={16}>
        <Col xs={24} sm={12}>
          <Form.Item name="region" label={t("customers.region")} rules={[{ max: 100 }]}>
            <Input />
          </Form.Item>
        </Col>
        <Col xs={24} sm={12}>
          <Form.Item name="source" label={t("customers.source")} rules={[{ max: 100 }]}>
            <Input />
          </Form.Item>
        </Col>
      </Row>
      <Form.Item name="remarks" label={t("common.remarks")} rules={[{ max: 2000 }]}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
      <InvoiceFields form={form} />
    </>
  );
}

function InvoiceFields({ form }: { form: FormInstance<CustomerValues> }) {
  const { t } = useWords();
  const field = <Name extends keyof Schemas["InvoiceInformation"]>(name: Name): ["invoice_information", Name] => [
    "invoice_information",
    name,
  ];
  return (
    <fieldset className="fields">
      <legend>{t("customers.invoice.title")}</legend>
      <p className="quiet">{t("customers.invoice.hint")}</p>
      <Form.Item
        label={t("customers.invoice.company_name")}
        name={field("company_name")}
        rules={[{ max: 200 }]}
        extra={
          <Button
            type="link"
            size="small"
            icon={<CopyOutlined />}
            className="as-name"
            onClick={() => form.setFieldValue(field("company_name"), form.getFieldValue("name"))}
          >
            {t("customers.invoice.as_name")}
          </Button>
        }
      >
        <Input />
      </Form.Item>
      <Form.Item
        label={t("customers.invoice.tax_number")}
        name={field("tax_number")}
        validateTrigger="onBlur"
        rules={[
          {
            validator: async (_, value: string | undefined) => {
              const problem = problemOfTaxNumber(value ?? "");
              if (problem !== null) {
                throw new Error(t(`customers.invoice.tax_number_${problem}`));
              }
            },
          },
        ]}
      >
        <Input className="figure" maxLength={30} />
      </Form.Item>
      <Form.Item label={t("customers.invoice.address")} name={field("address")} rules={[{ max: 200 }]}>
        <Input />
      </Form.Item>
      <Row gutter={16}>
        <Col xs={24} sm={12}>
          <Form.Item label={t("customers.invoice.telephone")} name={field("telephone")} rules={[{ max: 50 }]}>
            <Input />
          </Form.Item>
        </Col>
        <Col xs={24} sm={12}>
          <Form.Item label={t("customers.invoice.bank_account")} name={field("bank_account")} rules={[{ max: 50 }]}>
            <Input className="figure" />
          </Form.Item>
        </Col>
      </Row>
      <Form.Item label={t("customers.invoice.bank")} name={field("bank")} rules={[{ max: 200 }]}>
        <Input />
      </Form.Item>
    </fieldset>
  );
}

export type InvoiceReadiness = "special" | "ordinary" | "none";

/** What invoices can be asked for with what is entered: a special one needs every field. */
export function invoiceReadiness(invoice: Schemas["InvoiceInformationShown"]): InvoiceReadiness {
  const { company_name, tax_number, address, telephone, bank, bank_account } = invoice;
  if (!company_name || !tax_number) {
    return "none";
  }
  return address && telephone && bank && bank_account ? "special" : "ordinary";
}

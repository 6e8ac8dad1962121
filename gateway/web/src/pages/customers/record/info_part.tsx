import { Descriptions, Tag } from "antd";
import { dayOf } from "../../../format/dates";
import { useWords } from "../../../words";
import { invoiceReadiness } from "../customer_fields";
import { ContactsTree } from "./contacts_tree";
import { useShown } from "./overview";
import { PartHead } from "./part";

/** What is known of the customer itself, and whom one speaks with there. */
export function InfoPart() {
  const { t, term } = useWords();
  const {
    overview: { customer },
  } = useShown();
  const invoice = customer.invoice_information;
  const readiness = invoiceReadiness(invoice);
  return (
    <div className="parts">
      <ContactsTree />
      <section className="part">
        <PartHead title={t("customers.info.title")} />
        <Descriptions
          size="small"
          column={{ xs: 1, md: 2 }}
          items={[
            { key: "industry", label: t("customers.industry"), children: term("industry", customer.industry) },
            { key: "region", label: t("customers.region"), children: customer.region || "–" },
            { key: "source", label: t("customers.source"), children: customer.source || "–" },
            { key: "created", label: t("customers.created"), children: dayOf(customer.created_at) },
            {
              key: "remarks",
              label: t("common.remarks"),
              span: "filled",
              children: <span className="as-written">{customer.remarks || "–"}</span>,
            },
          ]}
        />
      </section>
      <section className="part">
        <PartHead
          title={
            <>
              {t("customers.invoice.title")} <Tag>{t(`customers.invoice.ready_${readiness}`)}</Tag>
            </>
          }
        />
        <Descriptions
          size="small"
          column={{ xs: 1, md: 2 }}
          items={(["company_name", "tax_number", "address", "telephone", "bank", "bank_account"] as const).map(
            (field) => ({
              key: field,
              label: t(`customers.invoice.${field}`),
              children: <span className="figures-wrap">{invoice[field] || "–"}</span>,
            }),
          )}
        />
      </section>
    </div>
  );
}

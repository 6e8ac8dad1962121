import { App } from "antd";
import { useNavigate } from "react-router";
import { api } from "../../api/client";
import { readAgain } from "../../api/queries";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { useWords } from "../../words";
import { bodyOf, CustomerFields, type CustomerValues } from "./customer_fields";
import { useNamed } from "./near_names";

const NEW = { invoice_information: {} };

/** A new customer of one's own, at intent; then its page, where contacts and products are added. */
export function AddCustomerDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const once = useMadeOnce();
  const named = useNamed();

  async function add(values: CustomerValues) {
    const { data } = await named((confirm_near_duplicates) =>
      once((header) =>
        api.POST("/api/v1/customers", {
          params: { header },
          body: { ...bodyOf(values), confirm_near_duplicates },
        }),
      ),
    );
    message.success(t("customers.add.done"));
    void readAgain("/api/v1/customers", "/api/v1/dashboard");
    if (data !== undefined) {
      void navigate(`/customers/${data.id}`);
    }
  }

  return (
    <FormDrawer<CustomerValues>
      title={t("customers.add.title")}
      isOpen={isOpen}
      onClose={onClose}
      onSubmit={add}
      initialValues={NEW}
      submitWords={t("customers.add.action")}
      note={<p className="quiet">{t("customers.add.note")}</p>}
      size={560}
      keptAs="customer"
    >
      {(form) => <CustomerFields form={form} />}
    </FormDrawer>
  );
}

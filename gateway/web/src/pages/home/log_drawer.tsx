import { App } from "antd";
import { api, query, type Schemas } from "../../api/client";
import { readAgain } from "../../api/queries";
import { FormDrawer } from "../../forms/form_drawer";
import { useMadeOnce } from "../../forms/made_once";
import { useWords } from "../../words";
import { LogFields, type LogValues, logBodyOf, logKeptAs } from "../customers/record/log_fields";

const CONTACTS_SHOWN = 100;

/** A contact log, written where one reads that it is wanted. */
export function LogDrawer({ customer, onClose }: { customer: Schemas["FallingCustomer"]; onClose: () => void }) {
  const { t } = useWords();
  const { message } = App.useApp();
  const once = useMadeOnce();
  const { customer_id, customer_name } = customer;
  const { data: contacts } = query.useQuery("get", "/api/v1/customers/{customer_id}/contacts", {
    params: { path: { customer_id }, query: { page_size: CONTACTS_SHOWN } },
  });

  async function write(values: LogValues) {
    await once((header) =>
      api.POST("/api/v1/customers/{customer_id}/contact-logs", {
        params: { path: { customer_id }, header },
        body: logBodyOf(values),
      }),
    );
    message.success(t("home.log.done", { name: customer_name }));
    await readAgain("/api/v1/dashboard", "/api/v1/customers");
  }

  return (
    <FormDrawer<LogValues>
      title={t("home.log.title", { name: customer_name })}
      isOpen
      onClose={onClose}
      onSubmit={write}
      initialValues={{ channel: "call" }}
      keptAs={logKeptAs(customer_id)}
    >
      <LogFields contacts={contacts?.items ?? []} />
    </FormDrawer>
  );
}

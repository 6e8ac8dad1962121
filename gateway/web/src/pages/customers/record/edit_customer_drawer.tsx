import { App } from "antd";
import { api, type Schemas } from "../../../api/client";
import { readAgain } from "../../../api/queries";
import { changesOf } from "../../../forms/changes";
import { FollowRecord } from "../../../forms/follow_record";
import { FormDrawer } from "../../../forms/form_drawer";
import { useWords } from "../../../words";
import { bodyOf, CustomerFields, type CustomerValues } from "../customer_fields";
import { useNamed } from "../near_names";

interface EditCustomerDrawerProps {
  customer: Schemas["Customer"];
  isOpen: boolean;
  onClose: () => void;
}

/** Change what is known of a customer itself; what somebody else changed meanwhile is not written over. */
export function EditCustomerDrawer({ customer, isOpen, onClose }: EditCustomerDrawerProps) {
  const { t } = useWords();
  const { message } = App.useApp();
  const named = useNamed();
  const { version } = customer;
  const shown = valuesOf(customer);

  async function change(values: CustomerValues) {
    await named((confirm_near_duplicates) =>
      api.PATCH("/api/v1/customers/{customer_id}", {
        params: { path: { customer_id: customer.id } },
        body: { ...changesOf(bodyOf(shown), bodyOf(values)), version, confirm_near_duplicates },
      }),
    );
    message.success(t("common.saved"));
    void readAgain("/api/v1/customers");
  }

  return (
    <FormDrawer<CustomerValues>
      title={t("customers.edit.title")}
      isOpen={isOpen}
      onClose={onClose}
      onSubmit={change}
      initialValues={shown}
      readAgain={() => readAgain("/api/v1/customers")}
      size={560}
    >
      {(form) => (
        <>
          <FollowRecord version={version} values={shown} />
          <CustomerFields form={form} />
        </>
      )}
    </FormDrawer>
  );
}

function valuesOf(customer: Schemas["Customer"]): CustomerValues {
  const { name, industry, region, source, remarks, invoice_information } = customer;
  return { name, industry: industry || null, region, source, remarks, invoice_information };
}

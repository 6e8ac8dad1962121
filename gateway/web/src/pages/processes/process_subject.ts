import type { Schemas } from "../../api/client";
import type { FormSubject } from "../../process_form/field";

/** What a running process is about, as its form's fields ask for it; what is about bills is about their customer. */
export function subjectOf(process: Schemas["Process"]): FormSubject {
  const { subject } = process;
  const customerId = process.customer_id ?? "";
  const customerName = process.customer_name ?? "";
  if (subject.type === "product" || subject.type === "account") {
    return { type: subject.type, id: subject.id, name: subject.name, customerId, customerName };
  }
  return { type: "customer", id: customerId, name: customerName, customerId, customerName };
}

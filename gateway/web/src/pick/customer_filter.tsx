import type { Filter } from "../list/filters";
import { CustomerSelect } from "./selects";

/** A list's filter by one customer, as its address has it: `?customer_id=`. */
export function customerFilter(label: string): Filter {
  return {
    kind: "own",
    names: ["customer_id"],
    label,
    show: (values, set) => (
      <CustomerSelect
        label={label}
        placeholder={label}
        value={values.customer_id}
        onChange={(customer_id) => set({ customer_id })}
      />
    ),
  };
}

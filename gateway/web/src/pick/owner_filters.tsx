import type { Filter } from "../list/filters";
import { DepartmentSelect, UserSelect } from "./selects";

/** A list's filter by who looks after the customer: `?owner_id=`. */
export function ownerFilter(label: string): Filter {
  return {
    kind: "own",
    names: ["owner_id"],
    label,
    show: (values, set) => (
      <UserSelect
        label={label}
        placeholder={label}
        value={values.owner_id}
        onChange={(owner_id) => set({ owner_id })}
      />
    ),
  };
}

/** The same by where that one stands, those below it included: `?department_id=`. */
export function departmentFilter(label: string): Filter {
  return {
    kind: "own",
    names: ["department_id"],
    label,
    show: (values, set) => (
      <DepartmentSelect
        label={label}
        placeholder={label}
        value={values.department_id}
        onChange={(department_id) => set({ department_id })}
      />
    ),
  };
}

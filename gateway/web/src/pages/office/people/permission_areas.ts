/** The order in which areas of permissions are read: what one does most first. */
const AREAS: Record<string, string[]> = {
  customers: ["customers", "accounts"],
  processes: ["processes", "drafts", "definitions"],
  billing: ["prices", "usage", "billing_runs", "bills", "balances", "recharges", "invoices"],
  payments: ["receipts", "bank_mappings", "receivables"],
  commission: ["commission", "commission_rates", "unit_costs", "interest", "interest_rates", "interest_exemptions"],
  own: ["session", "dashboard", "messages", "message_preferences"],
  administration: ["people", "tokens", "policies", "jobs", "audit"],
};

export interface Area {
  area: string;
  permissions: string[];
}

/** Permissions by area; one that is new to the console stands with administration rather than nowhere. */
export function areasOf(permissions: string[]): Area[] {
  const known = [...new Set(permissions)].sort();
  const resourceOf = (permission: string) => permission.split(".")[0] ?? "";
  const areaOf = (permission: string) =>
    Object.keys(AREAS).find((area) => AREAS[area]?.includes(resourceOf(permission))) ?? "administration";
  return Object.entries(AREAS)
    .map(([area, resources]) => ({
      area,
      permissions: known
        .filter((permission) => areaOf(permission) === area)
        .sort(
          (a, b) =>
            resources.indexOf(resourceOf(a)) - resources.indexOf(resourceOf(b)) ||
            // Seeing stands before doing.
            Number(b.endsWith(".read")) - Number(a.endsWith(".read")),
        ),
    }))
    .filter(({ permissions: found }) => found.length > 0);
}

import type { RouteObject } from "react-router";
import { ahead } from "../../api/ahead";
import { overviewOf } from "./record/overview";

export const routes: RouteObject[] = [
  { path: "customers", lazy: async () => ({ Component: (await import("./customers_page")).CustomersPage }) },
  { path: "customers/imports", lazy: async () => ({ Component: (await import("./imports_page")).ImportsPage }) },
  {
    path: "customers/:id",
    ...ahead(({ params: { id = "" } }) => [overviewOf(id)]),
    lazy: async () => ({ Component: (await import("./record/customer_page")).CustomerPage }),
  },
  { path: "pool", lazy: async () => ({ Component: (await import("./pool_page")).PoolPage }) },
  { path: "follow-ups", lazy: async () => ({ Component: (await import("./follow_ups_page")).FollowUpsPage }) },
  { path: "contracts", lazy: async () => ({ Component: (await import("./contracts_page")).ContractsPage }) },
  { path: "accounts", lazy: async () => ({ Component: (await import("./accounts_page")).AccountsPage }) },
];

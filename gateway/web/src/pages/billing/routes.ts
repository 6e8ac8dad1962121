import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "bills", lazy: async () => ({ Component: (await import("./bills_page")).BillsPage }) },
];

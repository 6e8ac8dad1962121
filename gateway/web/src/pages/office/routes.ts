import type { RouteObject } from "react-router";
import { ahead } from "../../api/ahead";
import { versionOf } from "./definitions/records";

export const routes: RouteObject[] = [
  { path: "office", lazy: async () => ({ Component: (await import("./office_index")).OfficeIndex }) },
  { path: "office/users", lazy: async () => ({ Component: (await import("./people/people_page")).PeoplePage }) },
  { path: "office/roles", lazy: async () => ({ Component: (await import("./people/roles_page")).RolesPage }) },
  {
    path: "office/policies",
    lazy: async () => ({ Component: (await import("./policies/policies_page")).PoliciesPage }),
  },
  { path: "office/rates", lazy: async () => ({ Component: (await import("./rates/rates_page")).RatesPage }) },
  {
    path: "office/exemptions",
    lazy: async () => ({ Component: (await import("./rates/exemptions_page")).ExemptionsPage }),
  },
  {
    path: "office/definitions",
    lazy: async () => ({ Component: (await import("./definitions/definitions_page")).DefinitionsPage }),
  },
  {
    path: "office/definitions/:code",
    ...ahead(({ params: { code = "" }, search }) => [versionOf(code, search.get("version"))]),
    lazy: async () => ({ Component: (await import("./definitions/definition_page")).DefinitionPage }),
  },
  {
    path: "office/definitions/:code/draft",
    lazy: async () => ({ Component: (await import("./definitions/draft_page")).DraftPage }),
  },
  {
    path: "office/statistics",
    lazy: async () => ({ Component: (await import("./operations/statistics_page")).StatisticsPage }),
  },
  { path: "office/jobs", lazy: async () => ({ Component: (await import("./operations/jobs_page")).JobsPage }) },
  { path: "office/tokens", lazy: async () => ({ Component: (await import("./people/tokens_page")).TokensPage }) },
  { path: "office/audit", lazy: async () => ({ Component: (await import("./operations/audit_page")).AuditPage }) },
];

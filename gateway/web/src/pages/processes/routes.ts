import type { RouteObject } from "react-router";
import { ahead } from "../../api/ahead";
import { aheadOfStart } from "./asked_by";
import { processOf } from "./records";

export const routes: RouteObject[] = [
  { path: "processes/start", lazy: async () => ({ Component: (await import("./start_chooser")).StartChooser }) },
  {
    path: "processes/start/:code",
    ...ahead(({ params: { code = "" }, search }) => aheadOfStart(code, search)),
    lazy: async () => ({ Component: (await import("./start_page")).StartPage }),
  },
  { path: "processes", lazy: async () => ({ Component: (await import("./processes_page")).ProcessesPage }) },
  {
    path: "processes/:id",
    ...ahead(({ params: { id = "" } }) => [processOf(id)]),
    lazy: async () => ({ Component: (await import("./process_page")).ProcessPage }),
  },
  {
    path: "processes/:id/resubmit",
    ...ahead(({ params: { id = "" } }) => [processOf(id)]),
    lazy: async () => ({ Component: (await import("./resubmit_page")).ResubmitPage }),
  },
  { path: "drafts", lazy: async () => ({ Component: (await import("./drafts_page")).DraftsPage }) },
  { path: "deputies", lazy: async () => ({ Component: (await import("./deputies_page")).DeputiesPage }) },
];

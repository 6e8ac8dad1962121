import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "processes/start", lazy: async () => ({ Component: (await import("./start_chooser")).StartChooser }) },
  { path: "processes/start/:code", lazy: async () => ({ Component: (await import("./start_page")).StartPage }) },
  { path: "processes", lazy: async () => ({ Component: (await import("./processes_page")).ProcessesPage }) },
  { path: "processes/:id", lazy: async () => ({ Component: (await import("./process_page")).ProcessPage }) },
  { path: "processes/:id/resubmit", lazy: async () => ({ Component: (await import("./resubmit_page")).ResubmitPage }) },
  { path: "drafts", lazy: async () => ({ Component: (await import("./drafts_page")).DraftsPage }) },
  { path: "deputies", lazy: async () => ({ Component: (await import("./deputies_page")).DeputiesPage }) },
];

import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "processes/start", lazy: async () => ({ Component: (await import("./start_chooser")).StartChooser }) },
  { path: "processes/start/:code", lazy: async () => ({ Component: (await import("./start_page")).StartPage }) },
];

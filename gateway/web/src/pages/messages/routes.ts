import type { RouteObject } from "react-router";

export const routes: RouteObject[] = [
  { path: "messages", lazy: async () => ({ Component: (await import("./messages_page")).MessagesPage }) },
  { path: "settings", lazy: async () => ({ Component: (await import("./settings_page")).SettingsPage }) },
];

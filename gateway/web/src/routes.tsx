import { createBrowserRouter, type RouteObject } from "react-router";
import { routes as billing } from "./pages/billing/routes";
import { routes as customers } from "./pages/customers/routes";
import { routes as home } from "./pages/home/routes";
import { routes as messages } from "./pages/messages/routes";
import { routes as office } from "./pages/office/routes";
import { routes as payments } from "./pages/payments/routes";
import { routes as processes } from "./pages/processes/routes";
import { Fault } from "./shell/fault";
import { Gate } from "./shell/gate";
import { NotFound } from "./shell/not_found";
import { bringPlaces } from "./words";

/** A page and what it says come together. */
function withWords(route: RouteObject): RouteObject {
  const { lazy } = route;
  if (typeof lazy !== "function") {
    return route;
  }
  return {
    ...route,
    lazy: async () => {
      const [page] = await Promise.all([lazy(), bringPlaces()]);
      return page;
    },
  } as RouteObject;
}

const places = [...customers, ...processes, ...billing, ...payments, ...messages, ...office].map(withWords);

export const router = createBrowserRouter([
  {
    path: "/",
    element: <Gate />,
    errorElement: <Fault />,
    // A fault in a page leaves the menu where it is.
    children: [{ errorElement: <Fault />, children: [...home, ...places, { path: "*", element: <NotFound /> }] }],
    hydrateFallbackElement: <div className="waiting" />,
  },
]);

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

const places: RouteObject[] = [...home, ...customers, ...processes, ...billing, ...payments, ...messages, ...office];

export const router = createBrowserRouter([
  {
    path: "/",
    element: <Gate />,
    errorElement: <Fault />,
    // A fault in a page leaves the menu where it is.
    children: [{ errorElement: <Fault />, children: [...places, { path: "*", element: <NotFound /> }] }],
    hydrateFallbackElement: <div className="waiting" />,
  },
]);

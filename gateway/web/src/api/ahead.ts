/** What a page shows is asked for while its script, and who is signed in, are still on their way: nothing waits for either. */
import type { UseQueryOptions } from "@tanstack/react-query";
import type { LoaderFunctionArgs, RouteObject, ShouldRevalidateFunctionArgs } from "react-router";
import { queryClient } from "./queries";

// biome-ignore lint/suspicious/noExplicitAny: queries of whatever answers
type Asked = UseQueryOptions<any, any, any, any>;

interface Address {
  params: LoaderFunctionArgs["params"];
  search: URLSearchParams;
}

/**
 * A route's part that asks ahead: `{ path: "bills/:id", ...ahead(({ params }) => [billOf(params.id)]), lazy: … }`. What goes wrong is
 * told by the page, which asks for the same.
 *
 * @param ask the very queries that the page has, for an address.
 */
export function ahead(ask: (address: Address) => Asked[]): Pick<RouteObject, "loader" | "shouldRevalidate"> {
  return {
    loader: ({ params, request }) => {
      for (const asked of ask({ params, search: new URL(request.url).searchParams })) {
        void queryClient.prefetchQuery(asked);
      }
      return null;
    },
    // Filters and tabs change the address of a page that is there already, and has asked.
    shouldRevalidate: ({ currentUrl, nextUrl }: ShouldRevalidateFunctionArgs) =>
      currentUrl.pathname !== nextUrl.pathname,
  };
}

import { Button, type ButtonProps } from "antd";
import type { MouseEvent } from "react";
import { useHref, useLinkClickHandler } from "react-router";

/** A link that looks like a button: it opens in the page, and in a tab of its own as any link does. In a row it opens no row. */
export function LinkButton({ to, ...look }: Omit<ButtonProps, "href" | "onClick"> & { to: string }) {
  const href = useHref(to);
  const follow = useLinkClickHandler<HTMLElement>(to);
  return (
    <Button
      {...look}
      href={href}
      onClick={(event: MouseEvent<HTMLElement>) => {
        event.stopPropagation();
        // With an address antd draws a link, and its click is that of one.
        follow(event as MouseEvent<HTMLAnchorElement>);
      }}
    />
  );
}

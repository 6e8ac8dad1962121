import { Button, type ButtonProps } from "antd";
import { useHref, useLinkClickHandler } from "react-router";

/** A link that looks like a button: it opens in the page, and in a tab of its own as any link does. */
export function LinkButton({ to, ...look }: Omit<ButtonProps, "href" | "onClick"> & { to: string }) {
  const href = useHref(to);
  const go = useLinkClickHandler<HTMLElement>(to);
  return <Button {...look} href={href} onClick={go as unknown as ButtonProps["onClick"]} />;
}

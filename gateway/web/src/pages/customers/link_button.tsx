import { Button, type ButtonProps } from "antd";
import { useHref, useLinkClickHandler } from "react-router";

/** A link that looks like a button: it opens in a new tab where one wants that, and reloads nothing where not. */
export function LinkButton({ to, ...props }: Omit<ButtonProps, "href" | "onClick"> & { to: string }) {
  const href = useHref(to);
  const follow = useLinkClickHandler<HTMLAnchorElement>(to);
  return (
    <Button
      {...props}
      href={href}
      onClick={(event) => {
        event.stopPropagation();
        follow(event as React.MouseEvent<HTMLAnchorElement>);
      }}
    />
  );
}

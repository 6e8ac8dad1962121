import { Button, Tooltip } from "antd";
import type { ReactNode } from "react";
import { LinkButton } from "../../shell/link_button";

interface LinkOrReasonProps {
  to: string;
  /** Why one cannot go there now; then it is a button that does nothing, and says so. */
  whyNot: string | undefined;
  children: ReactNode;
}

/** The way to what one would do next, or why that is not yet to be done. */
export function LinkOrReason({ to, whyNot, children }: LinkOrReasonProps) {
  return whyNot === undefined ? (
    <LinkButton type="primary" to={to}>
      {children}
    </LinkButton>
  ) : (
    <Tooltip title={whyNot}>
      <Button disabled>{children}</Button>
    </Tooltip>
  );
}

import { Button, type ButtonProps, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";

interface LinkButtonProps extends Pick<ButtonProps, "type" | "icon" | "size" | "danger"> {
  to: string;
  /** Why one cannot go there now; then it is a button that does nothing, and says so. */
  whyNot?: string;
  children: ReactNode;
}

/** A link that looks like a button: it opens in a new window as links do. */
export function LinkButton({ to, whyNot, children, ...look }: LinkButtonProps) {
  const navigate = useNavigate();
  if (whyNot !== undefined) {
    return (
      <Tooltip title={whyNot}>
        <Button {...look} disabled>
          {children}
        </Button>
      </Tooltip>
    );
  }
  return (
    <Button
      {...look}
      href={to}
      onClick={(event) => {
        event.stopPropagation();
        if (!event.metaKey && !event.ctrlKey && !event.shiftKey) {
          event.preventDefault();
          void navigate(to);
        }
      }}
    >
      {children}
    </Button>
  );
}

import type { ComponentChildren, TargetedMouseEvent } from "preact";
import { Icon, type IconName } from "./icon";

type Look = "plain" | "primary" | "danger" | "quiet";

interface ButtonProps {
  children?: ComponentChildren;
  look?: Look;
  icon?: IconName;
  small?: boolean;
  wide?: boolean;
  busy?: boolean;
  /** Stays focusable and says why it cannot be used; a disabled button could not. */
  refused?: string | null;
  label?: string;
  type?: "button" | "submit";
  onClick?: (event: TargetedMouseEvent<HTMLButtonElement>) => void;
  data?: string;
}

export function Button({ children, look = "plain", icon, small, wide, busy, refused, label, type = "button", onClick, data }: ButtonProps) {
  const classes = ["lh-button"];
  if (look !== "plain") classes.push(`lh-button-${look}`);
  if (small) classes.push("lh-button-small");
  if (wide) classes.push("lh-button-wide");
  if (children === undefined) classes.push("lh-button-icon");
  const stopped = busy === true || Boolean(refused);
  return (
    <button
      type={type}
      class={classes.join(" ")}
      aria-label={label}
      aria-disabled={stopped ? "true" : undefined}
      aria-busy={busy ? "true" : undefined}
      title={refused ?? (children === undefined ? label : undefined)}
      data-action={data}
      onClick={(event) => {
        if (stopped) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

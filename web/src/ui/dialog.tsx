import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../texts";
import { Button } from "./button";

interface DialogProps {
  title: string;
  children: ComponentChildren;
  foot?: ComponentChildren;
  onClose: () => void;
  /** A dialog that must be answered has no cross and ignores Escape. */
  stay?: boolean;
  onSubmit?: () => void;
}

/** A native modal dialog; on a phone it is a sheet from below. The browser keeps focus inside and gives it back. */
export function Dialog({ title, children, foot, onClose, stay, onSubmit }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog && !dialog.open) dialog.showModal();
    return () => dialog?.close();
  }, []);
  useEffect(() => {
    const root = document.documentElement;
    const before = root.style.overflow;
    root.style.overflow = "hidden";
    return () => {
      root.style.overflow = before;
    };
  }, []);
  const inside = (
    <>
      <div class="lh-dialog-head">
        <h2 class="lh-h2" id={id}>
          {title}
        </h2>
        {!stay && <Button look="quiet" icon="close" label={t("act.close")} onClick={onClose} />}
      </div>
      <div class="lh-dialog-body">{children}</div>
      {foot && <div class="lh-dialog-foot">{foot}</div>}
    </>
  );
  return (
    <dialog
      ref={ref}
      class="lh-dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!stay) onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current && !stay) onClose();
      }}
    >
      {onSubmit ? (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            onSubmit();
          }}
        >
          {inside}
        </form>
      ) : (
        inside
      )}
    </dialog>
  );
}

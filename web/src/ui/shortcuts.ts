/** Single keys of a page. They can be switched off (WCAG 2.1.4) and never act while somebody types. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { shortcuts } from "./preferences";
import { useStore } from "./store";

export type Keys = Readonly<Record<string, () => void>>;

const TYPING = "input, textarea, select, [contenteditable]";

export function useShortcuts(keys: Keys): void {
  const on = useStore(shortcuts);
  const current = useRef(keys);
  current.current = keys;
  // In a layout effect: an ordinary one runs after paint, and fast first keys would be lost.
  useLayoutEffect(() => {
    if (!on) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest(TYPING) || document.querySelector("dialog[open]")) return;
      // Enter on a link or a button is already theirs.
      if (event.key === "Enter" && target?.closest("a, button, summary")) return;
      const act = current.current[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [on]);
}

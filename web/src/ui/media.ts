import { useEffect, useState } from "preact/hooks";

/** Whether the screen is as narrow as a phone's; the same bound as in `app.css`. */
export function usePhone(): boolean {
  const [query] = useState(() => matchMedia("(max-width: 899.9px)"));
  const [narrow, setNarrow] = useState(query.matches);
  useEffect(() => {
    const update = () => setNarrow(query.matches);
    query.addEventListener("change", update);
    return () => query.removeEventListener("change", update);
  }, [query]);
  return narrow;
}

/** Whether there is room for the boxes, the list and a task beside each other; the same bound as in `inbox.css`. */
export function useWide(): boolean {
  const [query] = useState(() => matchMedia("(min-width: 1280px)"));
  const [wide, setWide] = useState(query.matches);
  useEffect(() => {
    const update = () => setWide(query.matches);
    query.addEventListener("change", update);
    return () => query.removeEventListener("change", update);
  }, [query]);
  return wide;
}

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

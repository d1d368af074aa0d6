import { useEffect } from "preact/hooks";
import { t } from "../texts";

/** The page's name in the browser's tab. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title ? `${title} · ${t("brand.name")}` : t("brand.name");
  }, [title]);
}

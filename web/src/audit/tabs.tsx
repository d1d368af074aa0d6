/** The pages of oversight, each for whoever may use it. */
import { useLocation } from "preact-iso";
import { me } from "../contract/session";
import { t, type Key } from "../texts";
import { useStore } from "../ui/store";

interface Page {
  href: string;
  text: Key;
  /** Whoever holds one of these sees it. */
  needs: readonly string[];
}

/** Add a line for a new page of oversight. */
const PAGES: readonly Page[] = [
  { href: "/audit", text: "audit.tab.trail", needs: ["trail.read_all", "trail.verify"] },
  { href: "/audit/findings", text: "findings.title", needs: ["trail.read_all"] },
  { href: "/audit/clauses", text: "findings.clauses", needs: ["trail.read_all"] },
  { href: "/audit/search", text: "search.title", needs: ["trail.read_all"] },
  { href: "/audit/log", text: "log.title", needs: ["trail.read_all", "trail.verify", "keys.manage"] },
  { href: "/audit/holds", text: "holds.title", needs: ["records.keep", "records.confirm"] },
  { href: "/audit/reads", text: "seen.title", needs: ["trail.read_all"] },
];

export const mayUse = (page: string, permissions: readonly string[]): boolean =>
  PAGES.find((one) => one.href === page)?.needs.some((need) => permissions.includes(need)) ?? false;

export function AuditTabs() {
  const { path } = useLocation();
  const permissions = useStore(me)?.permissions ?? [];
  const pages = PAGES.filter((one) => mayUse(one.href, permissions));
  if (pages.length < 2) return null;
  return (
    <nav class="lh-tabs" aria-label={t("nav.audit")}>
      {pages.map((one) => (
        <a key={one.href} class="lh-tab" href={one.href} aria-current={path === one.href ? "page" : undefined}>
          {t(one.text)}
        </a>
      ))}
    </nav>
  );
}

/** The official documents of a case, where it has any. */
import { useQuery } from "@tanstack/preact-query";
import { t } from "../texts";
import { longDay } from "../ui/dates";
import { Icon } from "../ui/icon";
import { Pill } from "../ui/pill";
import { documentsOf, type DocumentItem } from "./calls";
import "./documents.css";

export function CaseDocuments({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["documents", id], queryFn: () => documentsOf(id), retry: false });
  if (!found.data || found.data.items.length === 0) return null;
  return (
    <section class="lh-card lh-pane" aria-labelledby="case-documents">
      <h2 class="lh-h3" id="case-documents">
        {t("documents.title")}
      </h2>
      <ul class="lh-documents">
        {found.data.items.map((one) => (
          <li key={one.id}>
            <a class="lh-document" href={`/documents/${one.id}`}>
              <Icon name="file" small />
              <span class="lh-document-what">
                <span class={one.is_void ? "lh-strong lh-document-void" : "lh-strong"}>{one.title}</span>
                <span class="lh-sub">
                  {[one.number ?? one.kind_name, one.unit.name, longDay(one.dated_on)].join(" · ")}
                </span>
              </span>
            </a>
            <DocumentState document={one} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function DocumentState({ document: one }: { document: Pick<DocumentItem, "is_void" | "is_received"> }) {
  if (one.is_void) return <Pill tone="danger">{t("documents.void")}</Pill>;
  return one.is_received ? <Pill tone="info">{t("documents.received")}</Pill> : null;
}

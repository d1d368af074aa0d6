/** The sheet of a case on paper (审批单): what was filled in, who decided and signed, and the seal of the trail. */
import { useQuery } from "@tanstack/preact-query";
import { useRoute } from "preact-iso";
import { sheet } from "../contract/calls";
import type { Sheet } from "../contract/shapes";
import { FIELD } from "../files/pad";
import { sizeText } from "../files/upload";
import { t } from "../texts";
import { longDay, longTime } from "../ui/dates";
import { plainText } from "../ui/form/form";
import { LoadFailure } from "../ui/notice";
import { PaperLines, Printout } from "../ui/paper";
import { Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";

export function PrintPage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const found = useQuery({ queryKey: ["sheet", id], queryFn: () => sheet(id), gcTime: 0 });
  useTitle(found.data ? `${found.data.number} · ${found.data.title}` : t("print.approval"));
  if (found.isPending) return <Skeleton lines={9} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <Printout back={`/cases/${id}`} name={found.data.number}>
      <Paper sheet={found.data} />
    </Printout>
  );
}

function Paper({ sheet: one }: { sheet: Sheet }) {
  const heads: readonly (readonly [string, string])[] = [
    [t("print.number"), one.number],
    [t("print.unit"), one.unit?.name ?? ""],
    [t("print.started"), [one.started_by?.name, longTime(one.started_at)].filter(Boolean).join(" · ")],
    ...(one.outcome_label ? [[t("print.outcome"), [one.outcome_label, one.ended_at && longTime(one.ended_at)].filter(Boolean).join(" · ")] as const] : []),
  ];
  return (
    <article class="lh-paper" aria-label={t("print.approval")}>
      <header class="lh-paper-head">
        <div>
          <p class="lh-paper-kind">
            {one.definition_name} · {t("print.approval")}
          </p>
          <h1 class="lh-paper-title">{one.title}</h1>
        </div>
        <figure class="lh-paper-code">
          <svg viewBox={`0 0 ${one.qr.size} ${one.qr.size}`} role="img" aria-label={one.address}>
            <path d={one.qr.path} fill="#000" />
          </svg>
          <figcaption>{t("print.address")}</figcaption>
        </figure>
      </header>
      <PaperLines lines={heads} />
      {one.forms.map((form) => (
        <section key={form.element} class="lh-paper-part">
          <h2>{form.step ? t("step.named", { step: form.step, name: form.name }) : form.name}</h2>
          {form.lines.length > 0 && <PaperLines lines={form.lines.map((line) => [line.label, plainText(line.value)] as const)} />}
          {form.lists.map((list) => (
            <table key={list.label} class="lh-paper-table">
              <caption>{list.label}</caption>
              <thead>
                <tr>
                  {list.columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {list.rows.map((row, n) => (
                  <tr key={n}>
                    {row.map((value, column) => (
                      <td key={column}>{plainText(value)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          ))}
        </section>
      ))}
      <section class="lh-paper-part">
        <h2>{t("print.signOff")}</h2>
        <table class="lh-paper-table">
          <thead>
            <tr>
              <th scope="col">{t("print.step")}</th>
              <th scope="col">{t("print.by")}</th>
              <th scope="col">{t("print.decision")}</th>
              <th scope="col">{t("print.at")}</th>
              <th scope="col">{t("print.signature")}</th>
            </tr>
          </thead>
          <tbody>
            {one.signed.map((line) => (
              <tr key={line.task}>
                <td>{line.step ? t("step.named", { step: line.step, name: line.name }) : line.name}</td>
                <td>
                  {line.acting_for ? t("print.for", { name: line.by?.name ?? "", for: line.acting_for.name }) : line.by?.name}
                  {line.confirmed_by && <span class="lh-paper-sub">{t("print.confirmedBy", { name: line.confirmed_by.name })}</span>}
                </td>
                <td>
                  {line.decision_label && <strong>{line.decision_label}</strong>}
                  {line.opinion && <span class="lh-paper-sub">{line.opinion}</span>}
                </td>
                <td class="lh-numeric">
                  {longTime(line.at)}
                  {line.business_on && <span class="lh-paper-sub">{longDay(line.business_on)}</span>}
                </td>
                <td>
                  {line.signature?.drawing ? (
                    <svg class="lh-paper-signature" viewBox={`0 0 ${FIELD.width} ${FIELD.height}`} role="img" aria-label={t("print.drawn", { name: line.by?.name ?? "" })}>
                      <path d={line.signature.drawing} fill="none" stroke="#000" stroke-width="5" stroke-linecap="round" stroke-linejoin="round" />
                    </svg>
                  ) : (
                    line.signature && t("print.password")
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {one.comments.length > 0 && (
        <section class="lh-paper-part">
          <h2>{t("print.comments")}</h2>
          {one.comments.map((comment) => (
            <p key={comment.id} class="lh-paper-comment">
              <strong>{comment.by?.name}</strong> <span class="lh-numeric">{longTime(comment.at)}</span>
              <br />
              {comment.text}
            </p>
          ))}
        </section>
      )}
      {one.attachments.length > 0 && (
        <section class="lh-paper-part">
          <h2>{t("print.attachments")}</h2>
          <table class="lh-paper-table">
            <thead>
              <tr>
                <th scope="col">{t("print.file")}</th>
                <th scope="col">{t("print.size")}</th>
                <th scope="col">{t("print.hash")}</th>
              </tr>
            </thead>
            <tbody>
              {one.attachments.map((file) => (
                <tr key={file.id}>
                  <td>
                    {file.name}
                    <span class="lh-paper-sub">{[file.by?.name, longTime(file.at)].filter(Boolean).join(" · ")}</span>
                  </td>
                  <td class="lh-numeric">{sizeText(file.size)}</td>
                  <td class="lh-paper-hash">{file.sha256}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <footer class="lh-paper-foot">
        <p class="lh-paper-hash">{t("print.seal", { seq: one.seal.seq, hash: one.seal.hash })}</p>
        <p>{t("print.sealHint")}</p>
        <p>{t("print.printed", { name: one.printed_by?.name ?? "", at: longTime(one.printed_at) })}</p>
      </footer>
    </article>
  );
}

/** An official document on paper, in its customary form (GB/T 9704-2012): to read, to print, as PDF. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation, useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { ReasonSheet } from "../tasks/opinion";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { LoadFailure, Notice } from "../ui/notice";
import { Printout } from "../ui/paper";
import { Skeleton } from "../ui/states";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { oneDocument, pdfOf, voidDocument, type OfficialDocument, type Spoken } from "./calls";
import "./documents.css";

export function DocumentPage() {
  const { params } = useRoute();
  const { query } = useLocation();
  const id = params["id"] ?? "";
  const spoken: Spoken = query["language"] === "en" ? "en" : "zh";
  const found = useQuery({ queryKey: ["document", id, spoken], queryFn: () => oneDocument(id, spoken), gcTime: 0 });
  useTitle(found.data ? `${found.data.number ?? found.data.kind_name} ${found.data.title}` : t("documents.title"));
  if (found.isPending) return <Skeleton lines={9} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return <Sheet document={found.data} spoken={spoken} />;
}

function Sheet({ document: one, spoken }: { document: OfficialDocument; spoken: Spoken }) {
  const [voiding, setVoiding] = useState(false);
  const other: Spoken = spoken === "zh" ? "en" : "zh";
  return (
    <Printout back={`/cases/${one.case}`} name={t("documents.toCase")}>
      <div class="lh-official-bar">
        <a class="lh-button" href={pdfOf(one.id, spoken)} target="_blank" rel="noopener" data-document-pdf>
          {t("documents.pdf")}
        </a>
        <a class="lh-button lh-button-quiet" href={`/documents/${one.id}?language=${other}`} lang={other === "zh" ? "zh-CN" : "en"}>
          {other === "zh" ? "中文" : "English"}
        </a>
        {one.can_void && (
          <Button look="danger" onClick={() => setVoiding(true)} data="void-document">
            {t("documents.voidIt")}
          </Button>
        )}
      </div>
      {one.is_void && (
        <Notice tone="danger" title={t("documents.void")}>
          <p class="lh-plain">
            {[one.void_by?.name, one.void_at && longTime(one.void_at), one.void_because].filter(Boolean).join(" · ")}
          </p>
        </Notice>
      )}
      {!one.is_whole && <Notice tone="danger" title={t("documents.changed")} />}
      <Paper document={one} />
      <p class="lh-official-seal lh-small lh-quiet">
        {t("documents.hash")} <span class="lh-mono">{one.sha256}</span>
      </p>
      {voiding && <Voiding document={one} spoken={spoken} onClose={() => setVoiding(false)} />}
    </Printout>
  );
}

/** Words that the form itself prints are in the language of the document, not of whoever reads it. */
const WORDS = {
  zh: { head: "文件", signer: "签发人：", colon: "：", attachments: "附件：", seal: "印章", copies: "抄送：", stop: "。", comma: "、", between: "，", open: "（", close: "）", printed: (on: string) => `${on}印发`, void: "作废" },
  en: { head: " — Document", signer: "Signed by: ", colon: ":", attachments: "Attachments: ", seal: "seal", copies: "Copies to: ", stop: ".", comma: ", ", between: ", ", open: "(", close: ")", printed: (on: string) => `Printed on ${on}`, void: "VOID" },
} as const;

function Paper({ document: one }: { document: OfficialDocument }) {
  const { page } = one;
  const words = WORDS[page.language];
  const several = page.attachments.length > 1;
  return (
    <article class="lh-paper lh-official" lang={page.language === "zh" ? "zh-CN" : "en"} aria-label={one.kind_name}>
      {one.is_void && (
        <p class="lh-official-void" aria-hidden="true">
          {words.void}
        </p>
      )}
      {page.urgency && <p class="lh-official-urgency">{page.urgency}</p>}
      <header>
        {page.issuers.map((issuer, n) => (
          <p key={issuer} class={`lh-official-head${issuer.length > 16 ? " lh-official-long" : ""}`}>
            {issuer}
            {page.has_head_word && n === page.issuers.length - 1 && words.head}
          </p>
        ))}
        <p class={page.signer ? "lh-official-number lh-official-upward" : "lh-official-number"}>
          <span>{page.number}</span>
          {page.signer && (
            <span>
              {words.signer}
              <span class="lh-official-second">{page.signer}</span>
            </span>
          )}
        </p>
      </header>
      <h1 class="lh-official-title">{page.title}</h1>
      {page.to && (
        <p class="lh-official-to">
          {page.to}
          {words.colon}
        </p>
      )}
      {page.body.map((paragraph, n) =>
        paragraph.level === 0 ? (
          <p key={n}>{paragraph.text}</p>
        ) : (
          <h2 key={n} class={`lh-official-level-${paragraph.level}`}>
            {paragraph.text}
          </h2>
        ),
      )}
      {page.attachments.length > 0 && (
        <div class="lh-official-attachments">
          <span>{words.attachments}</span>
          <ul>
            {page.attachments.map((file, n) => (
              <li key={n}>
                {several && `${n + 1}. `}
                {file.name}
              </li>
            ))}
          </ul>
        </div>
      )}
      <div class="lh-official-signature">
        <span class="lh-official-ring" aria-hidden="true">
          {words.seal}
        </span>
        {page.issuers.map((issuer) => (
          <span key={issuer}>{issuer}</span>
        ))}
        <span>{page.date}</span>
      </div>
      {page.note && (
        <p>
          {words.open}
          {page.note}
          {words.close}
        </p>
      )}
      <footer class="lh-official-imprint">
        {page.copies.length > 0 && (
          <p>
            {words.copies}
            {page.copies.join(words.between)}
            {words.stop}
          </p>
        )}
        <p class="lh-official-upward">
          <span>{page.issuers.join(words.comma)}</span>
          <span>{words.printed(page.printed_on)}</span>
        </p>
      </footer>
    </article>
  );
}

function Voiding({ document: one, spoken, onClose }: { document: OfficialDocument; spoken: Spoken; onClose: () => void }) {
  const client = useQueryClient();
  return (
    <ReasonSheet
      title={t("documents.voidIt")}
      kind="reject"
      hint={t("documents.voidHint")}
      run={(reason) => voidDocument(one.id, reason)}
      onDone={() => {
        void client.invalidateQueries({ queryKey: ["document", one.id, spoken] });
        void client.invalidateQueries({ queryKey: ["documents"] });
        toast({ text: t("documents.voided") });
        onClose();
      }}
      onClose={onClose}
    />
  );
}

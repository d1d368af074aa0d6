/** What is said to a case beside its steps. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { commentOnCase, commentOnTask, commentsOf } from "../contract/calls";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { holdersText } from "../ui/holders";
import { LoadFailure, RefusalNotice } from "../ui/notice";
import { toast } from "../ui/toast";
import { People } from "./people";

export function Comments({ caseId, taskId, may }: { caseId: string; taskId?: string | undefined; may: boolean }) {
  const queryClient = useQueryClient();
  const found = useQuery({ queryKey: ["comments", caseId], queryFn: () => commentsOf(caseId), staleTime: 15_000 });
  const [text, setText] = useState("");
  const [mentions, setMentions] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);

  const say = () => {
    setBusy(true);
    setError(null);
    (taskId ? commentOnTask(taskId, text.trim(), mentions) : commentOnCase(caseId, text.trim(), mentions)).then(
      () => {
        setBusy(false);
        setText("");
        setMentions([]);
        toast({ text: t("comment.added") });
        void queryClient.invalidateQueries({ queryKey: ["comments", caseId] });
        void queryClient.invalidateQueries({ queryKey: ["trail", caseId] });
      },
      (refused: unknown) => {
        setBusy(false);
        setError(refused);
      },
    );
  };

  return (
    <section class="lh-card lh-pane" aria-label={t("comment.title")}>
      <h2 class="lh-h3">{t("comment.title")}</h2>
      {found.isError && <LoadFailure error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && found.data.items.length === 0 && <p class="lh-plain lh-quiet lh-small">{t("comment.none")}</p>}
      {found.data && found.data.items.length > 0 && (
        <ul class="lh-comments">
          {found.data.items.map((one) => (
            <li key={one.id}>
              <span class="lh-strong">{one.by?.name}</span> <span class="lh-small lh-quiet lh-numeric">{longTime(one.at)}</span>
              <p class="lh-comment-text">{one.text}</p>
              {one.mentions.length > 0 && <span class="lh-small lh-quiet">{t("comment.mentioned", { names: holdersText(one.mentions.map((person) => person.name)) })}</span>}
            </li>
          ))}
        </ul>
      )}
      {may && (
        <form
          class="lh-stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy && text.trim()) say();
          }}
        >
          {error !== null && <RefusalNotice error={error} />}
          <div class="lh-field">
            <label class="lh-label" for="comment">
              {t("comment.text")}
            </label>
            <textarea id="comment" class="lh-input lh-area" rows={2} maxLength={10_000} value={text} onInput={(event) => setText(event.currentTarget.value)} />
          </div>
          {text.trim() !== "" && <People id="mention" label={t("comment.mention")} chosen={mentions} without={(name) => t("comment.take", { name })} onChange={setMentions} />}
          <div>
            <Button type="submit" small busy={busy} refused={text.trim() === "" ? t("comment.text") : null} data="comment">
              {t("comment.add")}
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}

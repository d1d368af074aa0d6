/** Phrases for an opinion: the usual ones, the office's, one's own; Alt and a number inserts one. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useState } from "preact/hooks";
import { phrases as readPhrases, setPhrases } from "../contract/calls";
import { t } from "../texts";
import { Button } from "../ui/button";
import { sentenceOf } from "../ui/notice";
import { toast } from "../ui/toast";
import "../files/files.css";

/** The phrases in their order: own, the office's, the usual ones of this kind of act. */
export function usePhrases(usual: readonly string[]): { own: readonly string[]; all: readonly string[] } {
  const found = useQuery({ queryKey: ["phrases"], queryFn: readPhrases, staleTime: 300_000 });
  const own = found.data?.own ?? [];
  return { own, all: [...new Set([...own, ...(found.data?.office ?? []), ...usual])] };
}

/** Puts a phrase behind what is there. */
export const withPhrase = (value: string, phrase: string): string => (value.trim() === "" ? phrase : `${value.trimEnd()}${phrase}`);

/** The phrase that Alt and a digit mean, if any. */
export function phraseOf(event: KeyboardEvent, all: readonly string[]): string | null {
  const digit = event.altKey && !event.ctrlKey && !event.metaKey ? /^Digit([1-9])$/.exec(event.code)?.[1] : undefined;
  return digit ? (all[Number(digit) - 1] ?? null) : null;
}

export function PhraseBar({ value, own, all, onInput }: { value: string; own: readonly string[]; all: readonly string[]; onInput: (value: string) => void }) {
  const queryClient = useQueryClient();
  const [isManaging, setManaging] = useState(false);
  const keep = (items: string[], said?: string) => {
    setPhrases(items).then(
      (now) => {
        queryClient.setQueryData(["phrases"], now);
        if (said) toast({ text: said });
      },
      (error: unknown) => toast({ text: sentenceOf(error), icon: "warn" }),
    );
  };
  const typed = value.trim().replace(/\s+/g, " ");
  return (
    <>
      <div class="lh-phrases" role="group" aria-label={t("opinion.phrases")}>
        {all.map((phrase, n) => (
          <span key={phrase} class="lh-phrase-row">
            <button type="button" class="lh-phrase" aria-keyshortcuts={n < 9 ? `Alt+${n + 1}` : undefined} onClick={() => onInput(withPhrase(value, phrase))}>
              {phrase}
            </button>
            {isManaging && own.includes(phrase) && (
              <Button look="quiet" small icon="bin" label={t("phrase.delete", { text: phrase })} onClick={() => keep(own.filter((other) => other !== phrase))} />
            )}
          </span>
        ))}
      </div>
      <div class="lh-row lh-small">
        <span class="lh-quiet lh-phrase-keys">{t("phrase.keys")}</span>
        {typed !== "" && typed.length <= 200 && !all.includes(typed) && (
          <Button look="quiet" small data="keep-phrase" onClick={() => keep([...own, typed], t("phrase.kept"))}>
            {t("phrase.keep")}
          </Button>
        )}
        {own.length > 0 && (
          <Button look="quiet" small onClick={() => setManaging(!isManaging)}>
            {t(isManaging ? "phrase.done" : "phrase.edit")}
          </Button>
        )}
      </div>
    </>
  );
}

/** A new password by a link that is good once. */
import { useState } from "preact/hooks";
import { Refusal } from "../contract/client";
import { t } from "../texts";
import { Button } from "../ui/button";
import { Notice, RefusalNotice } from "../ui/notice";
import { tokenHere } from "./arrival";
import { Entry } from "./entry";
import { setForgotten } from "./security-calls";
import { Door } from "./sign-in";

export function ResetPage() {
  const [token] = useState(tokenHere);
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const [gap, setGap] = useState<string | null>(null);
  const [state, setState] = useState<"asking" | "busy" | "done">("asking");
  const [error, setError] = useState<unknown>(null);
  if (state === "done")
    return (
      <Door title={t("security.newPassword")}>
        <Notice tone="good" alert>
          <p class="lh-plain">{t("security.resetDone")}</p>
        </Notice>
        <a class="lh-button lh-button-primary" href="/" data-native>
          {t("signIn.enter")}
        </a>
      </Door>
    );
  const unfit = error instanceof Refusal ? error.problem.errors[0]?.message : undefined;
  return (
    <Door title={t("security.newPassword")}>
      <form
        class="lh-form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (state === "busy") return;
          setError(null);
          const wrong = first === "" ? t("signIn.passwordMissing") : first !== second ? t("security.notSame") : null;
          setGap(wrong);
          if (wrong) return;
          setState("busy");
          setForgotten(token, first).then(
            () => {
              history.replaceState(null, "", "/reset");
              setState("done");
            },
            (refused: unknown) => {
              setState("asking");
              setError(refused);
            },
          );
        }}
      >
        {token === "" && (
          <Notice tone="danger">
            <p class="lh-plain">{t("security.noToken")}</p>
          </Notice>
        )}
        {error !== null && !unfit && <RefusalNotice error={error} />}
        <p class="lh-plain lh-quiet">{t("security.resetWhat")}</p>
        <Entry label={t("security.newPassword")} value={first} onInput={setFirst} type="password" autoComplete="new-password" hint={t("security.passwordRule")} gap={unfit} />
        <Entry label={t("security.newAgain")} value={second} onInput={setSecond} type="password" autoComplete="new-password" gap={gap} />
        <Button type="submit" look="primary" wide busy={state === "busy"} refused={token === "" ? t("security.noToken") : null}>
          {t("security.setPassword")}
        </Button>
      </form>
    </Door>
  );
}

/** The sealed log: how far it is sealed, where its checkpoints lie, who vouches for it, and whether something is in it. */
import { useQuery } from "@tanstack/preact-query";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { usePages } from "../contract/pages";
import { me } from "../contract/session";
import { t, type Key } from "../texts";
import { Button } from "../ui/button";
import { longTime, span } from "../ui/dates";
import { LoadFailure, Notice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { CheckPane } from "./check";
import { KeySheet, WitnessSheet } from "./log-acts";
import { checkpoints, keys, paperOf, standing, type Place, type Standing, type Witness, type WitnessAct } from "./log-calls";
import { Part } from "./part";
import { AuditTabs, mayUse } from "./tabs";
import "./audit.css";

/** What is not sealed after so long waits because nobody seals. */
const LATE = 60_000;

export function LogPage() {
  const permissions = useStore(me)?.permissions ?? [];
  useTitle(t("log.title"));
  const may = mayUse("/audit/log", permissions);
  const found = useQuery({ queryKey: ["log"], queryFn: standing, enabled: may, refetchInterval: 15_000 });
  if (!may) return <Empty title={t("audit.notYours")} />;
  return (
    <div class="lh-narrow lh-audit">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("log.title")}</h1>
          <p class="lh-plain lh-quiet">{t("log.what")}</p>
        </div>
      </header>
      <AuditTabs />
      {found.isPending ? (
        <Skeleton lines={8} />
      ) : !found.data ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <div class="lh-stack lh-audit-parts">
          <Newest log={found.data} />
          <CheckPane canRead={permissions.includes("trail.read_all")} />
          <Places log={found.data} />
          <Witnesses log={found.data} />
          <Keys canPropose={found.data.can.includes("propose")} />
          <Checkpoints />
        </div>
      )}
    </div>
  );
}

function Fact({ name, children }: { name: Key; children: ComponentChildren }) {
  return (
    <>
      <dt class="lh-fact-name">{t(name)}</dt>
      <dd class="lh-fact">{children}</dd>
    </>
  );
}

function Newest({ log }: { log: Standing }) {
  const age = log.unsealed_since ? Date.parse(log.now) - Date.parse(log.unsealed_since) : 0;
  return (
    <Part
      title={t("log.newest")}
      acts={
        log.size > 0 && (
          <a class="lh-button lh-button-small" href={paperOf(log.size)} target="_blank" rel="noopener">
            {t("log.print")}
          </a>
        )
      }
    >
      {log.fault && (
        <Notice tone="danger" title={t("log.fault")}>
          <p class="lh-plain">{log.fault}</p>
        </Notice>
      )}
      {log.size === 0 && <p class="lh-plain lh-quiet">{t("log.none")}</p>}
      <dl class="lh-facts">
        {log.origin && (
          <Fact name="log.origin">
            <span class="lh-mono">{log.origin}</span>
          </Fact>
        )}
        <Fact name="log.size">
          <span class="lh-numeric" data-size={log.size}>
            {log.size.toLocaleString()}
          </span>
        </Fact>
        {log.at && <Fact name="log.signedAt">{longTime(log.at)}</Fact>}
        <Fact name="log.unsealed">
          <span class="lh-numeric">{log.unsealed.toLocaleString()}</span>{" "}
          {log.unsealed_since && (
            <Pill tone={age > LATE ? "danger" : "info"}>{age > LATE ? t("log.waitsFor", { span: span(log.unsealed_since, log.now) }) : t("log.waitsShort")}</Pill>
          )}
        </Fact>
        <Fact name="log.witnessed">
          {log.quorum === 0 ? t("log.noWitness") : t("log.witnessedTo", { n: log.witnessed.toLocaleString(), k: log.quorum, all: log.witnesses.length })}
        </Fact>
        {log.root && (
          <Fact name="log.root">
            <span class="lh-mono lh-audit-long">{log.root}</span>
          </Fact>
        )}
      </dl>
    </Part>
  );
}

/** How far a place or a witness has come, in words, shape and colour. */
function Reach({ one, size }: { one: Place | Witness; size: number }) {
  if (one.is_late || one.fault) {
    return (
      <Pill tone="danger" icon="warn">
        {t("log.notReached")}
      </Pill>
    );
  }
  if (one.size >= size && size > 0) {
    return (
      <Pill tone="good" icon="check">
        {t("log.reached")}
      </Pill>
    );
  }
  return (
    <Pill tone="info" icon="clock">
      {t(one.size === 0 ? "log.notYet" : "log.onItsWay")}
    </Pill>
  );
}

const reachedAt = (one: Place | Witness): string =>
  [one.at ? t("log.has", { n: one.size.toLocaleString(), at: longTime(one.at) }) : null, one.fault ? t("log.because", { why: one.fault }) : null].filter(Boolean).join(" · ");

const PLACES: Readonly<Record<string, Key>> = { folder: "log.place.folder", webhook: "log.place.webhook", timestamp: "log.place.timestamp" };

function Places({ log }: { log: Standing }) {
  return (
    <Part title={t("log.places")}>
      <p class="lh-text">{t("log.placesWhat")}</p>
      {log.places.length === 0 && (
        <Notice tone="warn" title={t("log.noPlace")}>
          <p class="lh-plain">{t("log.noPlaceWhat")}</p>
        </Notice>
      )}
      <ul class="lh-audit-list">
        {log.places.map((one) => (
          <li key={one.place}>
            <span class="lh-row lh-spread">
              <span class="lh-strong">{t(PLACES[one.place] ?? "log.place.other")}</span>
              <Reach one={one} size={log.size} />
            </span>
            <span class="lh-sub lh-mono lh-audit-long">{one.target}</span>
            <span class="lh-sub">{reachedAt(one)}</span>
          </li>
        ))}
      </ul>
    </Part>
  );
}

function Witnesses({ log }: { log: Standing }) {
  const [act, setAct] = useState<{ act: WitnessAct; vkey: string; name: string } | null>(null);
  const canPropose = log.can.includes("propose");
  return (
    <Part
      title={t("log.witnesses")}
      acts={
        canPropose && (
          <Button small onClick={() => setAct({ act: "ask", vkey: "", name: "" })} data="ask-witness">
            {t("log.ask")}
          </Button>
        )
      }
    >
      <p class="lh-text">{t("log.witnessesWhat")}</p>
      {log.witnesses.length === 0 && <p class="lh-plain lh-quiet">{t("log.noWitness")}</p>}
      <ul class="lh-audit-list">
        {log.witnesses.map((one) => (
          <li key={one.name}>
            <span class="lh-row lh-spread">
              <span class="lh-strong">{one.name}</span>
              <Reach one={one} size={log.size} />
            </span>
            <span class="lh-sub">{[one.url, t("log.askedSince", { at: longTime(one.since) }), reachedAt(one)].filter(Boolean).join(" · ")}</span>
            <Vkey of={one.vkey} />
            {canPropose && (
              <Button small onClick={() => setAct({ act: "release", vkey: one.vkey, name: one.name })}>
                {t("log.release")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {(log.witnessing.length > 0 || canPropose) && (
        <div class="lh-row lh-spread">
          <h3 class="lh-h3">{t("log.witnessing")}</h3>
          {canPropose && (
            <Button small onClick={() => setAct({ act: "begin", vkey: "", name: "" })} data="begin-witnessing">
              {t("log.begin")}
            </Button>
          )}
        </div>
      )}
      <ul class="lh-audit-list">
        {log.witnessing.map((one) => (
          <li key={one.origin}>
            <span class="lh-strong">{one.origin}</span>
            <span class="lh-sub">{one.at ? t("log.has", { n: one.size.toLocaleString(), at: longTime(one.at) }) : t("log.notYet")}</span>
            {one.vkeys.map((vkey) => (
              <span key={vkey} class="lh-row">
                <Vkey of={vkey} />
                {canPropose && (
                  <Button small onClick={() => setAct({ act: "end", vkey, name: one.origin })}>
                    {t("log.end")}
                  </Button>
                )}
              </span>
            ))}
          </li>
        ))}
      </ul>
      {act && <WitnessSheet {...act} onClose={() => setAct(null)} />}
    </Part>
  );
}

function Vkey({ of }: { of: string }) {
  return <code class="lh-mono lh-audit-long lh-audit-key">{of}</code>;
}

function Keys({ canPropose }: { canPropose: boolean }) {
  const found = useQuery({ queryKey: ["log keys"], queryFn: keys, staleTime: 60_000 });
  const [purpose, setPurpose] = useState<"log" | "witness" | null>(null);
  if (!found.data) return found.isPending ? <Skeleton lines={2} /> : <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  const own = found.data.witness;
  return (
    <Part
      title={t("log.keys")}
      acts={
        canPropose && (
          <Button small onClick={() => setPurpose("log")} data="rotate-key">
            {t("log.rotate")}
          </Button>
        )
      }
    >
      <p class="lh-text">{t("log.keysWhat")}</p>
      <ul class="lh-audit-list">
        {[...found.data.log].reverse().map((one) => (
          <li key={one.vkey}>
            <span class="lh-row lh-spread">
              <span>{one.until ? t("log.keyUntil", { from: longTime(one.from), until: longTime(one.until) }) : t("log.keySince", { from: longTime(one.from) })}</span>
              <Pill tone={one.until ? "neutral" : "good"}>{t(one.until ? "log.keyOld" : "log.keyInUse")}</Pill>
            </span>
            <Vkey of={one.vkey} />
          </li>
        ))}
        {found.data.log.length === 0 && <li class="lh-quiet">{t("log.noKey")}</li>}
        {own && (
          <li>
            <span class="lh-row lh-spread">
              <span>{t("log.ownKey")}</span>
              {canPropose && (
                <Button small onClick={() => setPurpose("witness")}>
                  {t("log.rotate")}
                </Button>
              )}
            </span>
            <Vkey of={own} />
          </li>
        )}
      </ul>
      {purpose && <KeySheet purpose={purpose} onClose={() => setPurpose(null)} />}
    </Part>
  );
}

function Checkpoints() {
  const { found, items } = usePages(["checkpoints"], checkpoints);
  if (found.isPending) return <Skeleton lines={3} />;
  if (!found.data) return <LoadFailure error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <Part title={t("log.checkpoints")}>
      {items.length === 0 && <p class="lh-plain lh-quiet">{t("log.none")}</p>}
      <ul class="lh-audit-list">
        {items.map((one) => (
          <li key={one.size}>
            <span class="lh-row lh-spread">
              <span>
                <span class="lh-numeric lh-strong">{t("log.entries", { n: one.size.toLocaleString() })}</span>{" "}
                <span class="lh-small lh-quiet lh-numeric">{longTime(one.at)}</span>
              </span>
              <span class="lh-row">
                {one.witnesses.length > 0 && <Pill tone={one.is_witnessed ? "good" : "warn"}>{t("log.cosigned", { n: one.witnesses.length })}</Pill>}
                <a class="lh-link lh-small" href={paperOf(one.size)} target="_blank" rel="noopener">
                  {t("log.print")}
                </a>
              </span>
            </span>
            <details class="lh-details">
              <summary class="lh-summary">{t("log.note")}</summary>
              <pre class="lh-mono lh-audit-note">{one.note}</pre>
            </details>
          </li>
        ))}
      </ul>
      {found.hasNextPage && (
        <div>
          <Button busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t("act.more")}
          </Button>
        </div>
      )}
    </Part>
  );
}

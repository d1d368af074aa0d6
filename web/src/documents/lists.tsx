/** Distribution lists (发文范围): those of the bodies that somebody keeps; one of them with its units and versions. */
import { useQuery, useQueryClient } from "@tanstack/preact-query";
import { useLocation, useRoute } from "preact-iso";
import { useState } from "preact/hooks";
import { Field } from "../admin/field";
import { unitById } from "../contract/calls";
import { Refusal } from "../contract/client";
import { me } from "../contract/session";
import type { Component } from "../contract/shapes";
import { t } from "../texts";
import { Button } from "../ui/button";
import { longTime } from "../ui/dates";
import { useDeed } from "../ui/deed";
import { Dialog } from "../ui/dialog";
import { Units } from "../ui/form/units";
import { Icon } from "../ui/icon";
import { LoadFailure, Notice, RefusalNotice } from "../ui/notice";
import { Pill } from "../ui/pill";
import { Empty, Skeleton } from "../ui/states";
import { useStore } from "../ui/store";
import { useTitle } from "../ui/title";
import { toast } from "../ui/toast";
import { beginList, changeList, closeList, distributionList, distributionLists, keepsListsOf, type DistributionList } from "./calls";
import "./documents.css";

export function ListsPage() {
  const who = useStore(me);
  const { query } = useLocation();
  const closed = query["closed"] === "1";
  useTitle(t("lists.title"));
  const found = useQuery({ queryKey: ["distribution-lists", closed], queryFn: () => distributionLists(closed), retry: false });
  const mayAdd = who ? keepsListsOf(who).length > 0 : false;
  const add = (
    <a class="lh-button lh-button-primary" href="/distribution-lists/new">
      {t("lists.add")}
    </a>
  );
  return (
    <div class="lh-wide">
      <header class="lh-head">
        <div class="lh-head-main">
          <h1 class="lh-h1">{t("lists.title")}</h1>
          <p class="lh-plain lh-quiet">{t("lists.what")}</p>
        </div>
        {mayAdd && add}
      </header>
      <nav class="lh-segment" aria-label={t("lists.which")}>
        <a class="lh-segment-item" href="/distribution-lists" aria-current={closed ? undefined : "page"}>
          {t("lists.inUse")}
        </a>
        <a class="lh-segment-item" href="/distribution-lists?closed=1" aria-current={closed ? "page" : undefined}>
          {t("lists.closed")}
        </a>
      </nav>
      {found.isPending ? (
        <Skeleton lines={6} />
      ) : !found.data ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : found.data.items.length === 0 ? (
        <Empty title={t(closed ? "lists.noneClosed" : "lists.none")}>{mayAdd && !closed && add}</Empty>
      ) : (
        <div class="lh-card lh-table-scroll" tabIndex={0} role="region" aria-label={t("lists.title")}>
          <table class="lh-table">
            <thead>
              <tr>
                <th scope="col">{t("lists.name")}</th>
                <th scope="col">{t("lists.count")}</th>
                <th scope="col">{t("lists.at")}</th>
              </tr>
            </thead>
            <tbody>
              {found.data.items.map((one) => (
                <tr key={one.id}>
                  <td>
                    <a class="lh-link" href={`/distribution-lists/${one.id}`}>
                      {one.name}
                    </a>
                    <span class="lh-sub">{one.unit.name}</span>
                  </td>
                  <td class="lh-numeric">
                    {one.count}
                    {one.missing > 0 && <span class="lh-sub">{t("lists.gone", { n: one.missing })}</span>}
                  </td>
                  <td class="lh-numeric">
                    {longTime(one.at)}
                    <span class="lh-sub">{one.by?.name}</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}

export function ListPage() {
  const { params } = useRoute();
  const id = params["id"] ?? "";
  const isNew = id === "new";
  const found = useQuery({ queryKey: ["distribution-list", id], queryFn: () => distributionList(id), enabled: !isNew, retry: false });
  useTitle(found.data?.name ?? t(isNew ? "lists.add" : "lists.title"));
  return (
    <div class="lh-wide lh-stack" style={{ gap: "14px" }}>
      <a class="lh-back" href="/distribution-lists">
        <Icon name="back" small />
        {t("lists.title")}
      </a>
      {isNew ? (
        <Editor />
      ) : found.isPending ? (
        <Skeleton lines={8} />
      ) : !found.data ? (
        <LoadFailure error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          {found.data.can_keep ? (
            // What somebody else saved meanwhile is another beginning; what is typed here stays until it is loaded again.
            <Editor key={found.data.version} list={found.data} onReload={() => void found.refetch()} />
          ) : (
            <Shown list={found.data} />
          )}
          <Versions list={found.data} />
        </>
      )}
    </div>
  );
}

function Shown({ list }: { list: DistributionList }) {
  return (
    <section class="lh-card lh-pane lh-stack">
      <h1 class="lh-h1">
        {list.name} {list.is_closed && <Pill tone="neutral">{t("lists.closed")}</Pill>}
      </h1>
      <p class="lh-plain lh-quiet">{list.unit.name}</p>
      <ul class="lh-bullets">
        {list.units.map((unit) => (
          <li key={unit.id}>
            {unit.name} {unit.is_gone && <Pill tone="held">{t("lists.goneOne")}</Pill>}
          </li>
        ))}
      </ul>
    </section>
  );
}

const field: Component = { type: "units", label: "" };

function Editor({ list, onReload }: { list?: DistributionList; onReload?: () => void }) {
  const { route } = useLocation();
  const client = useQueryClient();
  const who = useStore(me);
  const own = who ? keepsListsOf(who) : [];
  const [unit, setUnit] = useState(list?.unit.id ?? own[0]?.id ?? "");
  const [name, setName] = useState(list?.name_zh ?? "");
  const [nameEn, setNameEn] = useState(list && list.name_en !== list.name_zh ? list.name_en : "");
  const [units, setUnits] = useState<readonly string[]>(list?.units.filter((one) => !one.is_gone).map((one) => one.id) ?? []);
  const [reason, setReason] = useState("");
  const [closing, setClosing] = useState(false);
  const deed = useDeed();
  const owner = useQuery({ queryKey: ["unit", unit], queryFn: () => unitById(unit), enabled: unit !== "" && !list, staleTime: 300_000 });
  const problem = deed.refused instanceof Refusal ? deed.refused.problem : null;
  const wrong = (which: string) => problem?.errors.find((one) => one.field === which)?.message;
  const gone = list?.units.filter((one) => one.is_gone).length ?? 0;
  const saved = (made: DistributionList) => {
    client.setQueryData(["distribution-list", made.id], made);
    void client.invalidateQueries({ queryKey: ["distribution-lists"] });
  };
  const save = () => {
    const body = { name: name.trim(), name_en: nameEn.trim(), units: [...units], reason: reason.trim() };
    deed.run(
      () => (list ? changeList(list.id, { ...body, version: list.version }) : beginList({ ...body, unit })),
      (made) => {
        saved(made);
        toast({ text: list ? t("lists.changed", { version: made.version }) : t("lists.made") });
        if (!list) route(`/distribution-lists/${made.id}`, true);
      },
    );
  };
  return (
    <form
      class="lh-card lh-pane lh-stack"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <h1 class="lh-h1">{list?.name ?? t("lists.add")}</h1>
      <p class="lh-plain lh-quiet">{list?.unit.name ?? owner.data?.name}</p>
      {deed.refused !== null && (
        <div class="lh-stack">
          <RefusalNotice error={deed.refused} />
          {problem?.code === "err_list_changed" && <Button onClick={onReload}>{t("lists.reload")}</Button>}
        </div>
      )}
      {gone > 0 && <Notice tone="warn">{t("lists.gone", { n: gone })}</Notice>}
      {!list && own.length > 1 && (
        <Field label={t("lists.of")}>
          {(wiring) => (
            <select
              {...wiring}
              class="lh-input"
              value={unit}
              onChange={(event) => {
                setUnit(event.currentTarget.value);
                setUnits([]);
              }}
            >
              {own.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label={t("lists.name")} required wrong={wrong("name")}>
        {(wiring) => <input {...wiring} class="lh-input" value={name} maxLength={100} onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      <Field label={t("lists.nameEn")}>
        {(wiring) => <input {...wiring} class="lh-input" value={nameEn} maxLength={100} onInput={(event) => setNameEn(event.currentTarget.value)} />}
      </Field>
      <Field label={t("lists.units")} required wrong={wrong("units")}>
        {(wiring) => <Units component={{ ...field, label: t("lists.units") }} id={wiring.id} value={units} onChange={setUnits} within={unit || undefined} />}
      </Field>
      <Field label={t("lists.reason")}>
        {(wiring) => <input {...wiring} class="lh-input" value={reason} maxLength={2000} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
      <div class="lh-row">
        <Button look="primary" type="submit" busy={deed.busy} data="save-list">
          {t("lists.save")}
        </Button>
        {list && (
          <Button look="quiet" data="close-list" onClick={() => setClosing(true)}>
            {t("lists.close")}
          </Button>
        )}
      </div>
      {closing && list && <Closing list={list} onClose={() => setClosing(false)} onDone={saved} />}
    </form>
  );
}

function Closing({ list, onClose, onDone }: { list: DistributionList; onClose: () => void; onDone: (made: DistributionList) => void }) {
  const [reason, setReason] = useState("");
  const deed = useDeed();
  return (
    <Dialog
      title={t("lists.close")}
      onClose={onClose}
      onSubmit={() =>
        deed.run(
          () => closeList(list.id, { version: list.version, reason: reason.trim() }),
          (made) => {
            toast({ text: t("lists.closedNow") });
            onDone(made);
          },
        )
      }
      foot={
        <>
          <Button onClick={onClose}>{t("act.cancel")}</Button>
          <Button look="danger" type="submit" busy={deed.busy} data="confirm-close-list">
            {t("lists.close")}
          </Button>
        </>
      }
    >
      {deed.refused !== null && <RefusalNotice error={deed.refused} />}
      <Field label={list.name} hint={t("lists.closeHint")} required>
        {(wiring) => <textarea {...wiring} class="lh-input" rows={3} value={reason} maxLength={2000} onInput={(event) => setReason(event.currentTarget.value)} />}
      </Field>
    </Dialog>
  );
}

function Versions({ list }: { list: DistributionList }) {
  const named = (units: readonly { name: string }[]) => units.map((one) => one.name).join(t("form.and"));
  return (
    <details class="lh-card lh-pane">
      <summary class="lh-h3">{t("lists.history")}</summary>
      <ol class="lh-stack" style={{ listStyle: "none", padding: 0 }}>
        {list.versions.map((one) => (
          <li key={one.version}>
            <p class="lh-plain">
              {t("lists.version", { version: one.version, n: one.count })} {one.is_closed && <Pill tone="neutral">{t("lists.closed")}</Pill>}
            </p>
            <p class="lh-plain lh-small">
              {[one.added.length > 0 && t("lists.added", { names: named(one.added) }), one.removed.length > 0 && t("lists.removed", { names: named(one.removed) })]
                .filter(Boolean)
                .join(" · ") || (one.is_closed ? t("lists.closed") : t("lists.same"))}
            </p>
            <p class="lh-plain lh-small lh-quiet">{[one.by?.name, longTime(one.at), one.reason].filter(Boolean).join(" · ")}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** The words of the procedure in both languages side by side: what its files ask for, and what somebody added. */
import { useState } from "preact/hooks";
import { Button } from "../../ui/button";
import { json, without } from "./around";
import { Line } from "./part";
import { s } from "./texts";
import type { Working } from "./working";

const ZH = "texts.zh.json";
const EN = "texts.en.json";

/** The keys that the drawing needs: the procedure, its steps, their outcomes, the lines of summaries. */
function needed(bpmn: string): { key: string; said: string }[] {
  const document = new DOMParser().parseFromString(bpmn, "application/xml");
  const found: { key: string; said: string }[] = [];
  const each = (name: string): Element[] => Array.from(document.getElementsByTagNameNS("*", name));
  for (const one of each("process")) found.push({ key: "process", said: one.getAttribute("name") ?? "" });
  for (const name of ["startEvent", "userTask", "manualTask", "businessRuleTask", "serviceTask", "sendTask", "receiveTask", "callActivity", "subProcess", "endEvent"])
    for (const one of each(name)) found.push({ key: `element.${one.getAttribute("id") ?? ""}`, said: one.getAttribute("name") ?? "" });
  for (const one of each("outcome")) {
    const step = one.parentElement?.parentElement?.getAttribute("id");
    if (step && one.getAttribute("value")) found.push({ key: `outcome.${one.getAttribute("value") ?? ""}`, said: "" });
  }
  for (const one of each("summary")) found.push({ key: `summary.${one.getAttribute("label") ?? ""}`, said: "" });
  return found;
}

export function TextsTable({ working }: { working: Working }) {
  const [added, setAdded] = useState<string[]>([]);
  const zh = json(working.files[ZH]) ?? {};
  const en = json(working.files[EN]) ?? {};
  const wanted = needed(working.files["process.bpmn"] ?? "");
  const said = new Map(wanted.map((one) => [one.key, one.said] as const));
  const keys = [...new Set([...wanted.map((one) => one.key), ...Object.keys(zh), ...Object.keys(en), ...added])];
  const write = (path: string, before: Record<string, unknown>, key: string, value: string) => {
    const next = value === "" ? without(before, key) : { ...before, [key]: value };
    working.write(path, `${JSON.stringify(next, null, 2)}\n`);
  };
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  return (
    <div style={{ overflowY: "auto", padding: "16px 20px" }}>
      <p class="lh-small lh-quiet">{s("textsWhat")}</p>
      <table class="lh-table" aria-label={s("texts")}>
        <thead>
          <tr>
            <th class="lh-th" scope="col">
              {s("textKey")}
            </th>
            <th class="lh-th" scope="col" style={{ width: "38%" }}>
              {s("textZh")}
            </th>
            <th class="lh-th" scope="col" style={{ width: "38%" }}>
              {s("textEn")}
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key} class="lh-tr">
              <th class="lh-td lh-mono" scope="row" style={{ fontWeight: 400, textAlign: "start" }}>
                {key}
                {said.get(key) && <span class="lh-sub">{said.get(key)}</span>}
              </th>
              <td class="lh-td">
                <Line value={text(zh[key])} label={`${key} ${s("textZh")}`} disabled={!working.mayEdit} onChange={(value) => write(ZH, zh, key, value)} />
              </td>
              <td class="lh-td">
                <Line value={text(en[key])} label={`${key} ${s("textEn")}`} disabled={!working.mayEdit} onChange={(value) => write(EN, en, key, value)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {working.mayEdit && <NewKey onAdd={(key) => setAdded([...added, key])} taken={keys} />}
    </div>
  );
}

function NewKey({ onAdd, taken }: { onAdd: (key: string) => void; taken: readonly string[] }) {
  const [key, setKey] = useState("");
  return (
    <form
      class="lh-row"
      style={{ marginTop: "12px" }}
      onSubmit={(event) => {
        event.preventDefault();
        if (key && !taken.includes(key)) {
          onAdd(key);
          setKey("");
        }
      }}
    >
      <input class="lh-input" style={{ width: "260px" }} aria-label={s("textKey")} value={key} onInput={(event) => setKey(event.currentTarget.value)} />
      <Button small type="submit" icon="start">
        {s("add")}
      </Button>
    </form>
  );
}

/** The properties of the chosen element: BPMN's own first, then the words of Liuhen in groups, from the vocabulary. */
import { useId, useState } from "preact/hooks";
import { capital } from "../../texts";
import { language } from "../../ui/preferences";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { Access } from "./access";
import { asText, json, type Around } from "./around";
import type { Word } from "./calls";
import type { Bo, Factory, Modeling, Shape } from "./modeler";
import { Choose, Line, PartField } from "./part";
import { FeelField, offeredOf } from "./feel-field";
import { s, type Key } from "./texts";
import { attribute, carrier, said, say, sayAttribute, tagOf, typeOf, type Said } from "./words";
import { WhoEditor } from "./who";

const GROUPS: readonly { text: Key; words: readonly string[] }[] = [
  { text: "case_", words: ["title", "numberPrefix", "caseUnit", "subject", "summary", "counterpart", "caseRole", "withdrawal"] },
  { text: "who", words: ["who", "vacancy", "onBehalf", "otherThan", "confirm"] },
  { text: "form", words: ["form", "field"] },
  { text: "answers", words: ["outcome", "outcomeFrom", "batch", "signature"] },
  { text: "time", words: ["due", "remind", "escalate", "notBefore", "notAfter", "publicity", "pause", "extend", "extends", "businessDate"] },
  { text: "back_", words: ["return", "recall", "actions"] },
  { text: "together", words: ["loopCharacteristics", "countersign", "vote", "meeting", "fill"] },
  { text: "checks", words: ["gate", "decision", "result"] },
  { text: "data", words: ["input", "output", "writesDirectory", "forEach"] },
  { text: "papers", words: ["document", "receives", "attachments", "copy"] },
  { text: "duties", words: ["duty", "correction", "related"] },
  { text: "link", words: ["correlationKey", "timeToLive", "jobType", "retries", "timeout", "version", "unit", "outlives", "files"] },
];

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_.-]{0,99}$/;
const PROCESS_KEY = /^[a-z][a-z0-9_]{1,59}$/;

function Group({ text, count, open, children }: { text: string; count: number; open: boolean; children: preact.ComponentChildren }) {
  const [shown, setShown] = useState(open);
  const id = useId();
  return (
    <section class="lh-fold-group">
      <h3 style={{ margin: 0 }}>
        <button type="button" class="lh-fold-head" aria-expanded={shown} aria-controls={id} onClick={() => setShown(!shown)}>
          <Icon name={shown ? "down" : "next"} small />
          {text}
          {count > 0 && <span class="lh-fold-count">{count}</span>}
        </button>
      </h3>
      {shown && (
        <div class="lh-fold-body" id={id}>
          {children}
        </div>
      )}
    </section>
  );
}

/** The head of a word's sentence: what it is, without how it is written. */
const firstWords = (text: string): string => capital((text.split(/[：:；;，,（(。]/)[0] ?? text).trim());

export function Panel({ around }: { around: Around }) {
  const { shape } = around;
  const bo = carrier(shape);
  const tag = tagOf(shape);
  if (!bo) return null;
  const loop = bo.get("loopCharacteristics") as Bo | undefined;
  const loopTag = loop && typeOf(loop) === "multiInstanceLoopCharacteristics" ? "multiInstanceLoopCharacteristics" : "";
  const words = around.vocabulary.words;
  const count = (word: Word): number => {
    const on = word.on.includes(tag) ? bo : loop;
    if (!on) return 0;
    return word.attribute ? (attribute(on, word.name) ? 1 : 0) : said(on, word.name, []).length;
  };
  return (
    <div key={shape.id}>
      <Group text={s("general")} count={0} open>
        <General around={around} bo={bo} tag={tag} />
      </Group>
      {GROUPS.map((group) => {
        const here = words.filter((word) => group.words.includes(word.name) && !(word.attribute && IN_GENERAL.has(word.name)) && (word.on.includes(tag) || word.on.includes(loopTag)));
        const order = here.sort((a, b) => group.words.indexOf(a.name) - group.words.indexOf(b.name));
        const takesLoop = group.text === "together" && MANY.has(tag);
        if (order.length === 0 && !takesLoop) return null;
        const written = order.reduce((sum, word) => sum + count(word), 0) + (takesLoop && loop ? 1 : 0);
        return (
          <Group key={group.text} text={s(group.text)} count={written} open={written > 0 || ["who", "form", "answers"].includes(group.text)}>
            {takesLoop && <Often around={around} bo={bo} loop={loop} />}
            {order.map((word) => (
              <WordEditor key={word.name} word={word} around={around} bo={word.on.includes(tag) ? bo : (loop ?? bo)} />
            ))}
          </Group>
        );
      })}
    </div>
  );
}

/** Attributes that stand among what is BPMN's own. */
const IN_GENERAL = new Set(["step", "stage", "outcome"]);

const MANY = new Set(["userTask", "manualTask", "subProcess", "callActivity", "serviceTask", "task", "businessRuleTask", "scriptTask", "sendTask", "receiveTask"]);

function WordEditor({ word, around, bo }: { word: Word; around: Around; bo: Bo }) {
  const { drawing, shape } = around;
  if (word.attribute) {
    const part = word.parts[0];
    if (!part) return null;
    return (
      <>
        <PartField
          word={word.name}
          part={{ ...part, text: firstWords(word.text), required: false }}
          said={{ [part.name]: attribute(bo, word.name) }}
          around={around}
          onChange={(value) => sayAttribute(drawing, shape, bo, word.name, value)}
        />
        {word.name === "form" && <FormTools around={around} form={attribute(bo, "form")} />}
        {word.name === "decision" && attribute(bo, "decision") && (
          <Button small look="quiet" onClick={() => around.openDecision(attribute(bo, "decision"))}>
            {s("openDecision")}
          </Button>
        )}
      </>
    );
  }
  const names = word.parts.map((part) => part.name);
  const all = said(bo, word.name, names);
  const write = (next: readonly Said[]) => say(drawing, shape, bo, word.name, next);
  if (word.name === "who" && all.length === 0 && around.lane) return <WhoOfLane word={word} around={around} onChange={write} />;
  if (word.name === "who") return <WhoEditor word={word} all={all} around={around} onChange={write} />;
  if (word.name === "field") return around.fields.length > 0 || all.length > 0 ? <Access all={all} around={around} onChange={write} /> : null;
  const title = firstWords(word.text);
  return (
    <>
      {all.map((one, n) => (
        <div class="lh-word" key={n} title={word.text}>
          <div class="lh-word-head">
            <strong>{title}</strong>
            {around.mayEdit && <Button look="quiet" small icon="bin" label={s("removeWord", { word: title })} onClick={() => write(all.filter((_, at) => at !== n))} />}
          </div>
          {word.parts.map((part) => (
            <PartField
              key={part.name}
              word={word.name}
              part={part}
              said={one}
              around={around}
              onChange={(value) => write(all.map((other, at) => (at === n ? { ...other, [part.name]: value } : other)))}
            />
          ))}
        </div>
      ))}
      {around.mayEdit && (word.many || all.length === 0) && (
        <span>
          <Button small look="quiet" icon="start" onClick={() => write([...all, begun(word)])}>
            {s("addWord", { word: title })}
          </Button>
        </span>
      )}
    </>
  );
}

/** Nobody is named here: whoever the lane names does it. */
function WhoOfLane({ word, around, onChange }: { word: Word; around: Around; onChange: (all: Said[]) => void }) {
  return (
    <>
      <p class="lh-prop-hint" style={{ margin: 0, fontSize: "14px" }}>
        {s("whoOfLane", { lane: around.lane ?? "" })}
      </p>
      <WhoEditor word={word} all={[]} around={around} onChange={onChange} />
    </>
  );
}

/** What a new word begins with: its first choices, so that what is added is soon whole. */
function begun(word: Word): Said {
  if (word.name === "outcome") return { value: "agree", kind: "agree" };
  if (word.name === "due") return { after: "3 working days" };
  if (word.name === "remind") return { before: "1 working days" };
  return Object.fromEntries(word.parts.filter((part) => part.required && part.kind === "choice").map((part) => [part.name, part.choices[0] ?? ""]));
}

function FormTools({ around, form }: { around: Around; form: string }) {
  if (form)
    return (
      <span>
        <Button small look="quiet" onClick={() => around.openForm(form)}>
          {s("openForm")}
        </Button>
      </span>
    );
  if (!around.mayEdit) return null;
  return (
    <span>
      <Button small look="quiet" icon="start" onClick={() => around.makeForm(around.shape)}>
        {s("newFormFor")}
      </Button>
    </span>
  );
}

/** What people see by a name, which the folder's texts have in English. */
const TEXTED = new Set(["process", "startEvent", "userTask", "manualTask", "subProcess", "endEvent", "callActivity", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "scriptTask"]);

function General({ around, bo, tag }: { around: Around; bo: Bo; tag: string }) {
  const { drawing, shape, mayEdit } = around;
  const modeling = () => drawing.get<Modeling>("modeling");
  const id = useId();
  const isProcess = tag === "process";
  const name = bo.name ?? "";
  const textKey = isProcess ? "process" : `element.${bo.id}`;
  const ids = (value: string) => {
    const pattern = isProcess ? PROCESS_KEY : IDENTIFIER;
    if (!pattern.test(value)) return s("idWrong");
    const moddle = drawing.get<{ ids: { assigned(id: string): unknown } }>("moddle");
    return moddle.ids.assigned(value) ? s("idWrong") : null;
  };
  const docs = (bo.get("documentation") as Bo[] | undefined) ?? [];
  const words = docs[0] ? asText(docs[0].get("text")) : "";
  return (
    <>
      <div class="lh-prop">
        <label class="lh-prop-label" for={`${id}-name`}>
          {s("name")}
        </label>
        <Line
          id={`${id}-name`}
          value={name}
          disabled={!mayEdit}
          onChange={(value) => (bo === shape.businessObject ? modeling().updateProperties(shape, { name: value }) : modeling().updateModdleProperties(shape, bo, { name: value }))}
        />
      </div>
      {TEXTED.has(tag) && (
        <div class="lh-prop">
          <label class="lh-prop-label" for={`${id}-en`}>
            {s("nameEn")}
          </label>
          <Line id={`${id}-en`} value={around.textOf("en", textKey)} disabled={!mayEdit} onChange={(value) => around.writeText("en", textKey, value)} />
        </div>
      )}
      <div class="lh-prop">
        <label class="lh-prop-label" for={`${id}-id`}>
          {s("id")}
        </label>
        <Line
          id={`${id}-id`}
          value={bo.id}
          disabled={!mayEdit || isProcess}
          check={ids}
          onChange={(value) => modeling().updateProperties(shape, { id: value })}
        />
      </div>
      {(tag === "userTask" || tag === "manualTask") && <Attribute around={around} bo={bo} name="step" />}
      {tag === "subProcess" && <Attribute around={around} bo={bo} name="stage" />}
      {tag === "endEvent" && <Attribute around={around} bo={bo} name="outcome" />}
      {tag === "sequenceFlow" && <Condition around={around} bo={bo} />}
      <Events around={around} bo={bo} />
      {tag === "callActivity" && (
        <div class="lh-prop">
          <label class="lh-prop-label" for={`${id}-called`}>
            {s("called")}
          </label>
          <Choose id={`${id}-called`} value={asText(bo.get("calledElement"))} options={around.procedures} disabled={!mayEdit} onChange={(value) => modeling().updateProperties(shape, { calledElement: value })} />
        </div>
      )}
      <div class="lh-prop">
        <label class="lh-prop-label" for={`${id}-doc`}>
          {s("documentation")}
        </label>
        <Line
          id={`${id}-doc`}
          value={words}
          rows={2}
          disabled={!mayEdit}
          onChange={(value) => {
            const made = value === "" ? [] : [drawing.get<Factory>("bpmnFactory").create("bpmn:Documentation", { text: value })];
            for (const one of made) one.$parent = bo;
            modeling().updateModdleProperties(shape, bo, { documentation: made });
          }}
        />
      </div>
    </>
  );
}

function Attribute({ around, bo, name }: { around: Around; bo: Bo; name: string }) {
  const tag = tagOf(around.shape);
  const word = around.vocabulary.words.find((one) => one.attribute && one.name === name && one.on.includes(tag));
  return word ? <WordEditor word={word} around={around} bo={bo} /> : null;
}

function Condition({ around, bo }: { around: Around; bo: Bo }) {
  const { drawing, shape, mayEdit } = around;
  const source = shape.source?.businessObject;
  const outgoing = (source?.get("outgoing") as Bo[] | undefined) ?? [];
  const id = useId();
  if (!source || !["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway"].includes(source.$type) || outgoing.length < 2) return null;
  const isDefault = source.get("default") === bo;
  const condition = bo.get("conditionExpression") as Bo | undefined;
  const modeling = () => drawing.get<Modeling>("modeling");
  return (
    <>
      <label style={{ display: "flex", gap: "8px", alignItems: "center", fontSize: "14px" }}>
        <input
          type="checkbox"
          checked={isDefault}
          disabled={!mayEdit}
          onChange={(event) => {
            const on = event.currentTarget.checked;
            if (on && condition) modeling().updateProperties(shape, { conditionExpression: undefined });
            if (shape.source) modeling().updateProperties(shape.source, { default: on ? bo : undefined });
          }}
        />
        {s("isDefault")}
      </label>
      {!isDefault && (
        <div class="lh-prop">
          <label class="lh-prop-label" for={id}>
            {s("condition")}
          </label>
          <FeelField
            id={id}
            label={s("condition")}
            value={asText(condition?.get("body")).replace(/^\s*=\s*/, "")}
            disabled={!mayEdit}
            offered={offeredOf(around.names, around.vocabulary.functions)}
            onChange={(value) => {
              const made = value === "" ? undefined : drawing.get<Factory>("bpmnFactory").create("bpmn:FormalExpression", { body: `=${value}` });
              modeling().updateProperties(shape, { conditionExpression: made });
            }}
          />
          <span class="lh-prop-hint">{s("conditionWhat")}</span>
        </div>
      )}
    </>
  );
}

const TIMES: readonly { name: string; text: Key }[] = [
  { name: "timeDuration", text: "timerDuration" },
  { name: "timeDate", text: "timerDate" },
  { name: "timeCycle", text: "timerCycle" },
];

const NAMED: Readonly<Record<string, { ref: string; type: string; property: string; text: Key }>> = {
  "bpmn:MessageEventDefinition": { ref: "messageRef", type: "bpmn:Message", property: "name", text: "message" },
  "bpmn:SignalEventDefinition": { ref: "signalRef", type: "bpmn:Signal", property: "name", text: "signal" },
  "bpmn:ErrorEventDefinition": { ref: "errorRef", type: "bpmn:Error", property: "errorCode", text: "error" },
  "bpmn:EscalationEventDefinition": { ref: "escalationRef", type: "bpmn:Escalation", property: "escalationCode", text: "escalation" },
};

/** What an event waits for or throws. */
function Events({ around, bo }: { around: Around; bo: Bo }) {
  const { drawing, shape, mayEdit } = around;
  const id = useId();
  const definitions = (bo.get("eventDefinitions") as Bo[] | undefined) ?? [];
  const direct = ["bpmn:SendTask", "bpmn:ReceiveTask"].includes(bo.$type) ? bo : null;
  const modeling = () => drawing.get<Modeling>("modeling");
  const factory = () => drawing.get<Factory>("bpmnFactory");
  const named = (holder: Bo, rule: { ref: string; type: string; property: string; text: Key }) => {
    const referred = holder.get(rule.ref) as Bo | undefined;
    return (
      <div class="lh-prop" key={rule.ref}>
        <label class="lh-prop-label" for={`${id}-${rule.ref}`}>
          {s(rule.text)}
        </label>
        <Line
          id={`${id}-${rule.ref}`}
          value={asText(referred?.get(rule.property))}
          disabled={!mayEdit}
          onChange={(value) => {
            const root = definitionsOf(bo);
            if (!root) return;
            const all = (root.get("rootElements") as Bo[] | undefined) ?? [];
            const there = all.find((one) => one.$type === rule.type && one.get(rule.property) === value);
            const made = there ?? factory().create(rule.type, { name: value, [rule.property]: value });
            if (!there) {
              made.$parent = root;
              modeling().updateModdleProperties(shape, root, { rootElements: [...all, made] });
            }
            modeling().updateModdleProperties(shape, holder, { [rule.ref]: made });
          }}
        />
      </div>
    );
  };
  return (
    <>
      {direct && named(direct, NAMED["bpmn:MessageEventDefinition"] as (typeof NAMED)[string])}
      {definitions.map((definition) => {
        const rule = NAMED[definition.$type];
        if (rule) return named(definition, rule);
        if (definition.$type === "bpmn:ConditionalEventDefinition") {
          const condition = definition.get("condition") as Bo | undefined;
          return (
            <div class="lh-prop" key="condition">
              <span class="lh-prop-label">{s("condition")}</span>
              <FeelField
                label={s("condition")}
                value={asText(condition?.get("body")).replace(/^\s*=\s*/, "")}
                disabled={!mayEdit}
                offered={offeredOf(around.names, around.vocabulary.functions)}
                onChange={(value) => modeling().updateModdleProperties(shape, definition, { condition: factory().create("bpmn:FormalExpression", { body: `=${value}` }) })}
              />
            </div>
          );
        }
        if (definition.$type !== "bpmn:TimerEventDefinition") return null;
        const kind = TIMES.find((one) => definition.get(one.name) !== undefined) ?? { name: "timeDuration", text: "timerDuration" as Key };
        const text = asText((definition.get(kind.name) as Bo | undefined)?.get("body"));
        const write = (name: string, value: string) => {
          const made = factory().create("bpmn:FormalExpression", { body: value });
          made.$parent = definition;
          modeling().updateModdleProperties(shape, definition, { timeDate: undefined, timeDuration: undefined, timeCycle: undefined, [name]: made });
        };
        return (
          <div class="lh-prop" key="timer">
            <label class="lh-prop-label" for={`${id}-timer`}>
              {s("timer")}
            </label>
            <select class="lh-input lh-select" aria-label={s("timer")} value={kind.name} disabled={!mayEdit} onChange={(event) => write(event.currentTarget.value, text)}>
              {TIMES.map((one) => (
                <option key={one.name} value={one.name}>
                  {s(one.text)}
                </option>
              ))}
            </select>
            <Line id={`${id}-timer`} value={text} disabled={!mayEdit} onChange={(value) => write(kind.name, value)} />
          </div>
        );
      })}
    </>
  );
}

function definitionsOf(bo: Bo): Bo | null {
  let at: Bo | undefined = bo;
  while (at && at.$type !== "bpmn:Definitions") at = at.$parent;
  return at ?? null;
}

/** Once, or once for each: what a countersignature stands on. */
function Often({ around, bo, loop }: { around: Around; bo: Bo; loop: Bo | undefined }) {
  const { drawing, shape, mayEdit } = around;
  const id = useId();
  const now = !loop ? "" : loop.$type !== "bpmn:MultiInstanceLoopCharacteristics" ? "loop" : loop.get("isSequential") ? "sequential" : "parallel";
  return (
    <div class="lh-prop">
      <label class="lh-prop-label" for={id}>
        {s("many")}
      </label>
      <select
        id={id}
        class="lh-input lh-select"
        value={now}
        disabled={!mayEdit}
        onChange={(event) => {
          const value = event.currentTarget.value;
          const modeling = drawing.get<Modeling>("modeling");
          if (value === "") modeling.updateProperties(shape, { loopCharacteristics: undefined });
          else if (loop && loop.$type === "bpmn:MultiInstanceLoopCharacteristics") modeling.updateModdleProperties(shape, loop, { isSequential: value === "sequential" });
          else {
            const made = drawing.get<Factory>("bpmnFactory").create("bpmn:MultiInstanceLoopCharacteristics", { isSequential: value === "sequential" });
            made.$parent = bo;
            modeling.updateProperties(shape, { loopCharacteristics: made });
          }
        }}
      >
        <option value="">{s("manyOnce")}</option>
        <option value="parallel">{s("manyParallel")}</option>
        <option value="sequential">{s("manySequential")}</option>
        {now === "loop" && <option value="loop">loop</option>}
      </select>
    </div>
  );
}

/** The name of an element in the language of the page: the drawing has one, the texts of the folder the other. */
export function elementName(files: Readonly<Record<string, string>>, shape: Shape): string {
  const texts = json(files[language.get() === "zh" ? "texts.zh.json" : "texts.en.json"]);
  const named = texts?.[`element.${shape.id}`];
  return typeof named === "string" && named ? named : (shape.businessObject.name ?? "") || shape.id;
}

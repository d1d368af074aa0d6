/** A person or a unit, searched on the server: an editable combobox with a list (ARIA authoring practices). */
import { useQuery } from "@tanstack/preact-query";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { people, units } from "../../contract/calls";
import type { Component } from "../../contract/shapes";
import { t } from "../../texts";
import { Button } from "../button";
import { sentenceOf } from "../notice";
import { learn, nameOf } from "./names";

export interface Option {
  id: string;
  name: string;
  note: string;
  /** Why it cannot be chosen. */
  refused?: string | null;
}

/** Where options come from that are not the whole directory's; `key` tells one source from another. */
export interface Source {
  key: string;
  search: (q: string) => Promise<Option[]>;
}

interface PickerProps {
  component: Component;
  id: string;
  value: string | null;
  onChange: (value: string | null) => void;
  /** What `within` of the schema came to: the unit whose people may be chosen. */
  within: string | undefined;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
  source?: Source | undefined;
}

async function search(component: Component, q: string, within: string | undefined): Promise<Option[]> {
  if (component.type === "unit") {
    const found = await units({ q, ...(component.kinds?.length === 1 ? { kind: component.kinds[0] } : {}), ...(within ? { parent: within } : {}) });
    return found.items.map((unit) => ({ id: unit.id, name: unit.name, note: unit.code }));
  }
  const found = await people({
    q,
    ...(within ? { unit: within } : {}),
    ...(component.roles?.[0] ? { role: component.roles[0] } : {}),
    ...(component.statuses?.length ? { status: component.statuses.join(",") } : {}),
  });
  return found.items.map((person) => ({
    id: person.id,
    name: person.name,
    note: [person.number, person.unit?.name, person.posts.map((post) => post.role_name).join("、")].filter(Boolean).join(" · "),
  }));
}

export function Picker({ component, id, value, onChange, within, describedBy, invalid, required, source }: PickerProps) {
  const [text, setText] = useState("");
  const [asked, setAsked] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [refocus, setRefocus] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const change = useRef<HTMLSpanElement>(null);
  const list = useId();

  useEffect(() => {
    const wait = setTimeout(() => setAsked(text.trim()), 200);
    return () => clearTimeout(wait);
  }, [text]);
  useEffect(() => {
    if (!refocus) return;
    setRefocus(false);
    if (value) change.current?.querySelector("button")?.focus();
    else input.current?.focus();
  }, [refocus, value]);

  const found = useQuery({
    queryKey: ["picker", source?.key ?? component.type, component.kinds, component.roles, component.statuses, within, asked],
    queryFn: () => (source ? source.search(asked) : search(component, asked, within)),
    enabled: open,
    staleTime: 30_000,
  });
  const options = found.data ?? [];

  const choose = (option: Option) => {
    if (option.refused) return;
    learn(option.id, option.name);
    onChange(option.id);
    setOpen(false);
    setText("");
    setRefocus(true);
  };

  if (value) {
    return (
      <div class="lh-chosen">
        <span class="lh-clip" style={{ flex: "1" }} id={id}>
          {nameOf(value)}
        </span>
        <span ref={change}>
          <Button
            look="quiet"
            small
            label={t("picker.changeOf", { name: nameOf(value) })}
            onClick={() => {
              onChange(null);
              setRefocus(true);
            }}
          >
            {t("picker.change")}
          </Button>
        </span>
      </div>
    );
  }
  const current = open ? options[Math.min(at, options.length - 1)] : undefined;
  return (
    <div
      class="lh-combo"
      onBlurCapture={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOpen(false);
      }}
    >
      <input
        ref={input}
        id={id}
        class="lh-input"
        type="text"
        role="combobox"
        autoComplete="off"
        spellcheck={false}
        placeholder={t(component.type === "unit" ? "picker.unit" : "picker.person")}
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={list}
        aria-activedescendant={current ? `${list}-${current.id}` : undefined}
        aria-describedby={describedBy}
        aria-invalid={invalid ? "true" : undefined}
        aria-required={required ? "true" : undefined}
        value={text}
        onFocus={() => setOpen(true)}
        onClick={() => setOpen(true)}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setAt(open ? Math.min(at + 1, options.length - 1) : at);
          else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
          else if (event.key === "Enter" && current) choose(current);
          else if (event.key === "Escape" && open) setOpen(false);
          else return;
          if (event.key === "ArrowDown") setOpen(true);
          if (event.key === "Escape") event.stopPropagation();
          event.preventDefault();
        }}
      />
      <ul id={list} class="lh-combo-list" role="listbox" aria-label={component.label ?? ""} hidden={!open}>
        {options.map((option) => (
          <li
            key={option.id}
            id={`${list}-${option.id}`}
            class="lh-option"
            role="option"
            aria-selected={option === current}
            aria-disabled={option.refused ? "true" : undefined}
            // The list must not take the focus: losing it would close the list before the click arrives.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(option)}
          >
            <span>{option.name}</span>
            {option.note && <span class="lh-small lh-quiet">{option.note}</span>}
            {option.refused && <span class="lh-small lh-refused">{option.refused}</span>}
          </li>
        ))}
        {options.length === 0 && (
          <li class="lh-option-note" role="option" aria-disabled="true" aria-selected="false">
            {found.isError ? sentenceOf(found.error) : found.isFetching ? t("state.loading") : t("picker.none")}
          </li>
        )}
      </ul>
    </div>
  );
}

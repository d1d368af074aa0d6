/** Several people, chosen one after the other. */
import { useState } from "preact/hooks";
import type { Component } from "../contract/shapes";
import { Button } from "../ui/button";
import { nameOf } from "../ui/form/names";
import { Picker, type Source } from "../ui/form/picker";
import "../files/files.css";
import { Must } from "../ui/must";

const PERSON = { type: "person", key: "person" } as Component;

interface PeopleProps {
  id: string;
  label: string;
  chosen: readonly string[];
  required?: boolean;
  fault?: string | null;
  without: (name: string) => string;
  source?: Source;
  /** One person at most. */
  single?: boolean;
  onChange: (people: string[]) => void;
}

export function People({ id, label, chosen, required = false, fault = null, without, source, single = false, onChange }: PeopleProps) {
  const [turn, setTurn] = useState(0);
  return (
    <div class="lh-field">
      <label class="lh-label" for={id}>
        {label}
        {required && <Must />}
      </label>
      {!single && chosen.length > 0 && (
        <ul class="lh-people-chosen">
          {chosen.map((person) => (
            <li key={person} class="lh-person-chosen">
              {nameOf(person)}
              <Button look="quiet" small icon="close" label={without(nameOf(person))} onClick={() => onChange(chosen.filter((other) => other !== person))} />
            </li>
          ))}
        </ul>
      )}
      <Picker
        key={turn}
        component={PERSON}
        id={id}
        value={single ? (chosen[0] ?? null) : null}
        within={undefined}
        describedBy={fault ? `${id}-error` : undefined}
        invalid={fault !== null}
        required={required && chosen.length === 0}
        source={source}
        onChange={(person) => {
          if (single) {
            onChange(person ? [person] : []);
            return;
          }
          if (person && !chosen.includes(person)) onChange([...chosen, person]);
          setTurn(turn + 1);
        }}
      />
      {fault && (
        <p class="lh-error" id={`${id}-error`}>
          {fault}
        </p>
      )}
    </div>
  );
}

/** What a step may do with each field of its form, as a table: hidden, read, write, required, or as the form says. */
import type { Around } from "./around";
import { s, valueText } from "./texts";
import type { Said } from "./words";

const MODES = ["", "hidden", "read", "write", "required"] as const;

export function Access({ all, around, onChange }: { all: readonly Said[]; around: Around; onChange: (all: Said[]) => void }) {
  const said = new Map(all.map((one) => [one["key"] ?? "", one["access"] ?? ""] as const));
  const set = (path: string, access: string) => {
    const others = all.filter((one) => one["key"] !== path);
    onChange(access === "" ? others : [...others, { key: path, access }]);
  };
  const rows = [...around.fields, { value: "*", text: s("accessAll"), type: "" }];
  return (
    <table class="lh-access" aria-label={s("access")}>
      <thead>
        <tr>
          <th scope="col">{s("accessField")}</th>
          {MODES.map((mode) => (
            <th key={mode} scope="col">
              {mode === "" ? s("accessDefault") : valueText(mode)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((field) => (
          <tr key={field.value}>
            <th scope="row">{field.text}</th>
            {MODES.map((mode) => (
              <td key={mode}>
                <input
                  type="radio"
                  name={`access-${around.shape.id}-${field.value}`}
                  aria-label={`${field.text}: ${mode === "" ? s("accessDefault") : valueText(mode)}`}
                  checked={(said.get(field.value) ?? "") === mode}
                  disabled={!around.mayEdit}
                  onChange={() => set(field.value, mode)}
                />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

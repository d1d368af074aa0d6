import { Refusal } from "../contract/client";
import { Notice, RefusalNotice } from "../ui/notice";

/** A refusal with every defect of what was sent, line by line: a file may have many. */
export function Refused({ error }: { error: unknown }) {
  const errors = error instanceof Refusal ? error.problem.errors : [];
  if (errors.length === 0) return <RefusalNotice error={error} />;
  return (
    <Notice tone="danger" alert>
      <ul class="lh-bullets">
        {errors.map((one) => (
          <li key={`${one.field}/${one.code}`}>{one.message}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** The star of a field that has to be filled in; who listens is told by the control itself (`aria-required`). */
export function Must() {
  return (
    <span class="lh-must" aria-hidden="true">
      *
    </span>
  );
}

/** A tree that is walked by keyboard: arrows, Home, End, first letters (also of the sounds), `*` (ARIA authoring practices). */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon";
import { initials } from "./pinyin";

export interface TreeNode {
  id: string;
  label: string;
  /** Beside the label, smaller. */
  note?: string;
  mark?: ComponentChildren;
  children: readonly TreeNode[];
}

interface TreeProps {
  label: string;
  roots: readonly TreeNode[];
  open: ReadonlySet<string>;
  onOpen: (ids: readonly string[], open: boolean) => void;
  chosen: string | null;
  onChoose: (id: string) => void;
}

interface Seen {
  node: TreeNode;
  parent: string | null;
}

function visible(nodes: readonly TreeNode[], open: ReadonlySet<string>, parent: string | null = null): Seen[] {
  return nodes.flatMap((node) => [{ node, parent }, ...(open.has(node.id) ? visible(node.children, open, node.id) : [])]);
}

const TOGETHER = 700;

export function Tree({ label, roots, open, onOpen, chosen, onChoose }: TreeProps) {
  const id = useId();
  const typed = useRef({ text: "", at: 0 });
  const rows = visible(roots, open);
  // One row takes the Tab key: the chosen one, or the first where that cannot be seen.
  const stop = rows.some((row) => row.node.id === chosen) ? chosen : (rows[0]?.node.id ?? null);

  useEffect(() => {
    const row = chosen === null ? null : document.getElementById(`${id}-${chosen}`)?.firstElementChild;
    const tree = row?.closest("[role=tree]");
    if (!row || !tree) return;
    // Only the tree itself moves: `scrollIntoView` would move the page along.
    const [box, frame] = [row.getBoundingClientRect(), tree.getBoundingClientRect()];
    if (box.top < frame.top || box.bottom > frame.bottom) tree.scrollTop += box.top - frame.top - frame.height / 3;
  }, [id, chosen]);

  const go = (to: string | undefined) => {
    if (to !== undefined) document.getElementById(`${id}-${to}`)?.focus();
  };

  const pressed = (event: KeyboardEvent, at: number) => {
    const row = rows[at];
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const { node, parent } = row;
    const isOpen = open.has(node.id);
    if (event.key === "ArrowDown") go(rows[at + 1]?.node.id);
    else if (event.key === "ArrowUp") go(rows[at - 1]?.node.id);
    else if (event.key === "Home") go(rows[0]?.node.id);
    else if (event.key === "End") go(rows.at(-1)?.node.id);
    else if (event.key === "ArrowRight") {
      if (node.children.length === 0) return;
      if (isOpen) go(node.children[0]?.id);
      else onOpen([node.id], true);
    } else if (event.key === "ArrowLeft") {
      if (isOpen && node.children.length > 0) onOpen([node.id], false);
      else go(parent ?? undefined);
    } else if (event.key === "Enter" || event.key === " ") onChoose(node.id);
    else if (event.key === "*") {
      const beside = parent === null ? roots : (rows.find((one) => one.node.id === parent)?.node.children ?? []);
      onOpen(beside.filter((one) => one.children.length > 0).map((one) => one.id), true);
    } else if (event.key.length === 1) {
      const now = event.timeStamp;
      const text = (now - typed.current.at < TOGETHER ? typed.current.text : "") + event.key.toLowerCase();
      typed.current = { text, at: now };
      const from = text.length === 1 ? at + 1 : at;
      const found = [...rows.slice(from), ...rows.slice(0, from)].find((one) => begins(one.node, text));
      go(found?.node.id);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const draw = (node: TreeNode, level: number, at: number, size: number) => {
    const has = node.children.length > 0;
    const isOpen = has && open.has(node.id);
    return (
      <li
        key={node.id}
        id={`${id}-${node.id}`}
        class="lh-tree-item"
        role="treeitem"
        aria-level={level}
        aria-posinset={at + 1}
        aria-setsize={size}
        aria-expanded={has ? isOpen : undefined}
        aria-selected={node.id === chosen}
        aria-labelledby={`${id}-${node.id}-label`}
        tabIndex={node.id === stop ? 0 : -1}
        data-node={node.id}
        onKeyDown={(event) => {
          if (event.target === event.currentTarget) pressed(event, rows.findIndex((row) => row.node.id === node.id));
        }}
      >
        <div
          class="lh-tree-row"
          onClick={(event) => {
            document.getElementById(`${id}-${node.id}`)?.focus({ preventScroll: true });
            if (has && (event.target as Element).closest(".lh-tree-turn")) onOpen([node.id], !isOpen);
            else onChoose(node.id);
          }}
        >
          <span class={has ? "lh-tree-turn" : "lh-tree-leaf"} aria-hidden="true">
            {has && <Icon name={isOpen ? "down" : "next"} small />}
          </span>
          <span class="lh-tree-words" id={`${id}-${node.id}-label`}>
            {node.label}
            {node.note && <span class="lh-tree-note">{node.note}</span>}
          </span>
          {node.mark}
        </div>
        {isOpen && (
          <ul class="lh-tree-group" role="group">
            {node.children.map((child, n) => draw(child, level + 1, n, node.children.length))}
          </ul>
        )}
      </li>
    );
  };

  return (
    <ul class="lh-tree" role="tree" aria-label={label}>
      {roots.map((node, n) => draw(node, 1, n, roots.length))}
    </ul>
  );
}

const begins = (node: TreeNode, text: string): boolean =>
  [node.label, node.note ?? "", initials(node.label)].some((one) => one.toLowerCase().startsWith(text));

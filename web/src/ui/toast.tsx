/** Short news of what has just been done; read out by screen readers, gone by itself. */
import { Icon, type IconName } from "./icon";
import { store, useStore } from "./store";

export interface Toast {
  text: string;
  icon?: IconName;
  link?: { href: string; text: string };
}

interface Shown extends Toast {
  id: number;
}

const shown = store<Shown[]>([]);
let last = 0;

export function toast(news: Toast): void {
  const id = ++last;
  shown.set([...shown.get().slice(-2), { ...news, id }]);
  setTimeout(() => shown.set(shown.get().filter((item) => item.id !== id)), 9000);
}

export function Toasts() {
  const items = useStore(shown);
  return (
    <div class="lh-toasts" role="status" aria-live="polite">
      {items.map((item) => (
        <div key={item.id} class="lh-toast">
          <Icon name={item.icon ?? "check"} />
          <span>
            {item.text}
            {item.link && (
              <>
                {" "}
                <a class="lh-link" href={item.link.href}>
                  {item.link.text}
                </a>
              </>
            )}
          </span>
        </div>
      ))}
    </div>
  );
}

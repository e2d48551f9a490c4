/** Text that was typed and not taken, kept in this browser until it is: a reload loses no letter. */
import type { Json } from '@/lib/base/json';
import type { TextFormat } from '@/lib/compile';
import type { Drawer } from '../state/autosave';

/** `base`: what the text said when it was last right. */
export type Typed = { text: string; format: TextFormat; base: Json | null };

const key = (id: string) => `action-engine:typed:${id}`;
const FORMAT = 'action-engine:code-format';

export function readTyped(drawer: Drawer, id: string): Typed | null {
  try {
    const kept: unknown = JSON.parse(drawer.getItem(key(id)) ?? 'null');
    const whole = typeof kept === 'object' && kept !== null && 'text' in kept && 'format' in kept && 'base' in kept;
    return whole ? (kept as Typed) : null;
  } catch {
    return null;
  }
}

export function keepTyped(drawer: Drawer, id: string, typed: Typed | null): void {
  try {
    if (typed) drawer.setItem(key(id), JSON.stringify(typed));
    else drawer.removeItem(key(id));
  } catch {
    // Full or withheld: it is kept as long as the page is.
  }
}

export function readFormat(drawer: Drawer): TextFormat {
  try {
    return drawer.getItem(FORMAT) === 'yaml' ? 'yaml' : 'json';
  } catch {
    return 'json';
  }
}

export function keepFormat(drawer: Drawer, format: TextFormat): void {
  try {
    drawer.setItem(FORMAT, format);
  } catch {
    // The next visit begins with JSON.
  }
}

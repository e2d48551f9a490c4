'use client';
/**
 * Names of things, shown on hover and focus.
 *
 *   <Tooltip label="Zoom in"><button/></Tooltip> ─▶ the button alone, with its name in `data-tip`
 *   <TooltipHost/>, once for all pages ─▶ the one name that is shown
 *
 * One that listens for all: a page has some forty buttons with a name, and the kit's has a dozen parts for each, which made
 * up a tenth of what an editor works as it opens.
 * @module
 */
import { cloneElement, type ReactElement, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { Kbd } from './Kbd';

const SIDES = ['top', 'right', 'bottom', 'left'] as const;
type Side = (typeof SIDES)[number];

/** Names its child on hover and focus. Never holds what cannot be had otherwise. The child takes the attributes it is given. */
export function Tooltip({
  label,
  keys,
  side = 'bottom',
  children,
}: {
  label: string;
  keys?: string;
  side?: Side;
  children: ReactElement;
}) {
  return cloneElement(children as ReactElement<Record<string, unknown>>, {
    'data-tip': label,
    'data-tip-keys': keys,
    'data-tip-side': side,
  });
}

/** ms of rest on a thing until its name is shown; none while one is shown, and shortly after */
const REST = 350;
const SHORTLY = 200;
/** ms in which the pointer may go from a thing to its name */
const GRACE = 120;
/** px between a thing and its name, and between that and the window's edge */
const GAP = 6;
const EDGE = 8;

/** Shows the name of what the pointer rests on, or the keyboard is at. Stands once, around all pages. */
export function TooltipHost() {
  const [target, setTarget] = useState<HTMLElement | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let shown: HTMLElement | null = null;
    let hiddenAt = 0;
    /** pressed, and not left since: its name has been read */
    let pressed: HTMLElement | null = null;
    const show = (next: HTMLElement | null) => {
      clearTimeout(timer);
      if (shown && !next) hiddenAt = Date.now();
      shown = next;
      setTarget(next);
    };
    const hide = () => show(null);
    const tipped = (event: Event) =>
      event.target instanceof Element ? event.target.closest<HTMLElement>('[data-tip]') : null;
    const listeners: Record<string, (event: never) => void> = {
      pointerover: (event: PointerEvent) => {
        if (event.pointerType === 'touch') return;
        const over = tipped(event);
        if (pressed && pressed !== over) pressed = null;
        if (over === shown || (event.target instanceof Element && event.target.closest('[role="tooltip"]')))
          return clearTimeout(timer);
        clearTimeout(timer);
        if (over && over !== pressed) {
          const soon = shown !== null || Date.now() - hiddenAt < SHORTLY;
          timer = setTimeout(() => over.isConnected && show(over), soon ? 0 : REST);
        } else if (shown) timer = setTimeout(hide, GRACE);
      },
      pointerout: (event: PointerEvent) => event.relatedTarget === null && hide(),
      pointerdown: (event: PointerEvent) => {
        pressed = tipped(event);
        hide();
      },
      focusin: (event: FocusEvent) => {
        const on = tipped(event);
        // Where the focus comes back to after a click, nobody asked for the name.
        if (on?.matches(':focus-visible')) show(on);
        else if (shown) hide();
      },
      focusout: () => shown && hide(),
      keydown: () => shown && hide(),
      scroll: () => shown && hide(),
    };
    const options = { capture: true, passive: true };
    for (const [kind, listener] of Object.entries(listeners))
      document.addEventListener(kind, listener as EventListener, options);
    return () => {
      clearTimeout(timer);
      for (const [kind, listener] of Object.entries(listeners))
        document.removeEventListener(kind, listener as EventListener, options);
    };
  }, []);
  return target ? <Tip key={target.dataset.tip} target={target} onGone={() => setTarget(null)} /> : null;
}

/** ms between two looks whether what is named is still there */
const LOOK = 250;

function Tip({ target, onGone }: { target: HTMLElement; onGone: () => void }) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const { tip: label = '', tipKeys: keys, tipSide } = target.dataset;
  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    const { left, top } = placeOf(
      target.getBoundingClientRect(),
      current,
      SIDES.find((one) => one === tipSide) ?? 'bottom',
    );
    current.style.left = `${left}px`;
    current.style.top = `${top}px`;
  }, [target, tipSide]);
  useEffect(() => {
    // What is its name already need not be said twice.
    const before = target.getAttribute('aria-describedby');
    const says = target.getAttribute('aria-label') !== label;
    if (says) target.setAttribute('aria-describedby', before ? `${before} ${id}` : id);
    const timer = setInterval(() => target.isConnected || onGone(), LOOK);
    return () => {
      clearInterval(timer);
      if (!says) return;
      if (before) target.setAttribute('aria-describedby', before);
      else target.removeAttribute('aria-describedby');
    };
  }, [target, label, id, onGone]);
  return createPortal(
    <div
      ref={box}
      id={id}
      role="tooltip"
      className="pointer-events-auto fixed z-[60] flex w-max max-w-72 animate-fade items-center gap-2 rounded-md bg-ink px-2 py-1 text-xs text-on-ink shadow-2"
    >
      {label}
      {keys ? <Kbd inverse>{keys}</Kbd> : null}
    </div>,
    document.body,
  );
}

/** On the wanted side, or on the opposite one where that has no room; never over the window's edge. */
function placeOf(at: DOMRect, { offsetWidth: wide, offsetHeight: high }: HTMLElement, side: Side) {
  const [width, height] = [document.documentElement.clientWidth, window.innerHeight];
  const room: Record<Side, number> = {
    top: at.top - high,
    bottom: height - at.bottom - high,
    left: at.left - wide,
    right: width - at.right - wide,
  };
  const opposite: Record<Side, Side> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' };
  const fits = room[side] >= GAP + EDGE || room[opposite[side]] < room[side] ? side : opposite[side];
  const beside = fits === 'left' || fits === 'right';
  const left =
    fits === 'left' ? at.left - wide - GAP : fits === 'right' ? at.right + GAP : at.left + (at.width - wide) / 2;
  const top =
    fits === 'top' ? at.top - high - GAP : fits === 'bottom' ? at.bottom + GAP : at.top + (at.height - high) / 2;
  const within = (value: number, most: number) => Math.max(EDGE, Math.min(value, most - EDGE));
  return beside ? { left, top: within(top, height - high) } : { left: within(left, width - wide), top };
}

'use client';
/** Which keys do what: each command can have others, or none; a key that is taken changes places. Kept in this browser. */
import { ChevronRight, RotateCcw, Search, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import {
  AS_SHIPPED,
  alsoOn,
  COMMANDS,
  type CommandId,
  choose,
  chordOf,
  chordsOf,
  chordText,
  GROUPS,
  isFixed,
  isSingle,
  refusal,
  restore,
  useChosen,
  useMac,
} from '@/components/shell';
import { Button, Checkbox, cn, IconButton, Input, Kbd, Section } from '@/components/ui';

const MODIFIERS = ['Shift', 'Control', 'Alt', 'Meta', 'AltGraph', 'CapsLock', 'Fn'];
const OWN_GROUPS = GROUPS.map(({ title, rows }) => ({
  title,
  ids: rows.filter((row): row is CommandId => typeof row === 'string'),
})).filter(({ ids }) => ids.length > 0);

export function ShortcutsCard() {
  const mac = useMac();
  const [chosen, set] = useChosen();
  const [query, setQuery] = useState('');
  const [said, setSaid] = useState('');
  const changed = Object.keys(chosen.keys).length;
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const print = (id: CommandId) =>
    chordsOf(id, chosen)
      .slice(0, chosen.keys[id] === undefined ? 3 : 1)
      .map((chord) => chordText(chord, mac));
  const matches = (id: CommandId, title: string) => {
    const text = [COMMANDS[id].does, title, ...print(id)].join(' ').toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const groups = OWN_GROUPS.map(({ title, ids }) => ({ title, ids: ids.filter((id) => matches(id, title)) }));
  const change = (next: typeof chosen, id: CommandId) => {
    set(next);
    const now = chordsOf(id, next)[0];
    setSaid(`${COMMANDS[id].does}: ${now === undefined ? 'no key' : chordText(now, mac)}.`);
  };
  return (
    <div id="shortcuts" className="scroll-mt-4">
      <Section
        title="Keyboard shortcuts"
        aside={
          changed > 0 ? (
            <Button
              size="sm"
              variant="ghost"
              onClick={() => {
                set({ ...AS_SHIPPED, singles: chosen.singles });
                setSaid('All shortcuts are as they were shipped.');
              }}
            >
              <RotateCcw className="size-3.5" aria-hidden /> All as shipped
            </Button>
          ) : null
        }
      >
        <div className="flex flex-col gap-3">
          <div className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
            <Checkbox
              checked={chosen.singles}
              onChange={(event) => set({ ...chosen, singles: event.target.checked })}
              label={
                <span>
                  Single letters and signs are commands
                  <span className="block text-xs text-muted">
                    Without this only keys with {chordText('Mod', mac)} or {chordText('Alt', mac)}, and named ones such
                    as F2, are heard: better with speech input.
                  </span>
                </span>
              }
            />
            <div className="relative w-56 max-sm:w-full">
              <Search className="pointer-events-none absolute top-2 left-2 size-4 text-muted" aria-hidden />
              <Input
                value={query}
                onChange={(event) => setQuery(event.target.value)}
                aria-label="Find a shortcut"
                placeholder="Find a shortcut"
                className="pl-8"
              />
            </div>
          </div>
          {groups.every(({ ids }) => ids.length === 0) ? (
            <p className="text-sm text-muted">No shortcut has those words.</p>
          ) : (
            groups.map(({ title, ids }) =>
              ids.length === 0 ? null : (
                <Group
                  key={title}
                  title={title}
                  changed={ids.filter((id) => chosen.keys[id] !== undefined).length}
                  open={words.length > 0}
                >
                  {ids.map((id) => (
                    <Row
                      key={id}
                      id={id}
                      keys={print(id)}
                      rests={!chosen.singles && chordsOf(id, chosen).every(isSingle)}
                      changed={chosen.keys[id] !== undefined}
                      others={(chord) => alsoOn(id, chord, chosen)}
                      mac={mac}
                      onChoose={(chord) => change(choose(chosen, id, chord), id)}
                      onRestore={() => change(restore(chosen, id), id)}
                    />
                  ))}
                </Group>
              ),
            )
          )}
          <p className="text-xs text-muted">
            Kept in this browser. Arrows, Tab, Enter, Esc and the clipboard’s keys stay as they are.
          </p>
          <p role="status" className="sr-only">
            {said}
          </p>
        </div>
      </Section>
    </div>
  );
}

function Group({
  title,
  changed,
  open,
  children,
}: {
  title: string;
  changed: number;
  open: boolean;
  children: ReactNode;
}) {
  const [own, setOwn] = useState(false);
  return (
    <details
      open={open || own}
      onToggle={(event) => {
        if (!open) setOwn(event.currentTarget.open);
      }}
      className="group rounded-md border"
    >
      <summary className="flex min-h-9 cursor-pointer list-none items-center gap-2 px-3 text-sm font-medium [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-4 text-muted transition-transform group-open:rotate-90" aria-hidden />
        {title}
        {changed > 0 ? <span className="text-xs font-normal text-muted">{changed} changed</span> : null}
      </summary>
      <ul className="border-t px-3 text-sm">{children}</ul>
    </details>
  );
}

type RowProps = {
  id: CommandId;
  keys: string[];
  /** has only keys that do not count now */
  rests: boolean;
  changed: boolean;
  others: (chord: string) => CommandId[];
  mac: boolean;
  onChoose: (chord: string) => void;
  onRestore: () => void;
};

function Row({ id, keys, rests, changed, others, mac, onChoose, onRestore }: RowProps) {
  const { does } = COMMANDS[id];
  /** the chord that another command has, while it is asked whether they change places */
  const [taken, setTaken] = useState<string | null>(null);
  const [recording, setRecording] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const changeButton = useRef<HTMLButtonElement>(null);
  const ended = () => {
    setRecording(false);
    setTaken(null);
    setWrong(null);
    requestAnimationFrame(() => changeButton.current?.focus());
  };
  const heard = (chord: string) => {
    const no = refusal(chord);
    if (no) return setWrong(`${chordText(chord, mac)} ${no}. Press other keys.`);
    if (others(chord).length > 0) {
      setRecording(false);
      setWrong(null);
      return setTaken(chord);
    }
    onChoose(chord);
    ended();
  };
  return (
    <li className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b py-1 last:border-0">
      <span className="min-w-0 flex-1 basis-full sm:basis-48">{does}</span>
      {recording ? (
        <Recorder does={does} onChord={heard} onEnd={ended} onLeave={() => setRecording(false)} />
      ) : (
        <span className={cn('flex items-center gap-1 max-sm:mr-auto', rests && 'opacity-60')}>
          {keys.length > 0 ? keys.map((key) => <Kbd key={key}>{key}</Kbd>) : null}
          {keys.length === 0 || rests ? <span className="text-xs text-muted">{rests ? 'rests' : 'no key'}</span> : null}
        </span>
      )}
      {isFixed(id) ? (
        <span className="w-[8.5rem] text-right text-xs text-muted">stays</span>
      ) : recording ? null : (
        <span className="flex w-[8.5rem] items-center justify-end gap-1">
          {changed ? (
            <IconButton label={`As shipped: ${does}`} size="sm" onClick={onRestore}>
              <RotateCcw className="size-3.5" />
            </IconButton>
          ) : null}
          {keys.length > 0 ? (
            <IconButton label={`No key for: ${does}`} size="sm" onClick={() => onChoose('')}>
              <X className="size-3.5" />
            </IconButton>
          ) : null}
          <Button
            ref={changeButton}
            size="sm"
            aria-label={`Change the keys of: ${does}`}
            onClick={() => {
              setTaken(null);
              setRecording(true);
            }}
          >
            Change
          </Button>
        </span>
      )}
      {wrong ? (
        <p role="alert" className="basis-full text-xs text-danger">
          {wrong}
        </p>
      ) : null}
      {taken !== null ? (
        <p role="alert" className="flex basis-full flex-wrap items-center gap-2 text-xs">
          <span>
            {chordText(taken, mac)} is now:{' '}
            {others(taken)
              .map((other) => COMMANDS[other].does)
              .join(', ')}
            .
          </span>
          <Button
            size="sm"
            autoFocus
            onClick={() => {
              onChoose(taken);
              ended();
            }}
          >
            {keys.length > 0 ? 'Change places' : 'Take it'}
          </Button>
          <Button size="sm" variant="ghost" onClick={ended}>
            Leave it
          </Button>
        </p>
      ) : null}
    </li>
  );
}

/** Has the focus and hears every key until a chord is complete; Esc, Tab or a click elsewhere leaves it. */
function Recorder({
  does,
  onChord,
  onEnd,
  onLeave,
}: {
  does: string;
  onChord: (chord: string) => void;
  onEnd: () => void;
  onLeave: () => void;
}) {
  const box = useRef<HTMLButtonElement>(null);
  const latest = useRef({ onChord, onEnd });
  latest.current = { onChord, onEnd };
  useEffect(() => {
    box.current?.focus();
    const hear = (event: KeyboardEvent) => {
      if (event.key === 'Tab' || MODIFIERS.includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === 'Escape') latest.current.onEnd();
      else latest.current.onChord(chordOf(event));
    };
    window.addEventListener('keydown', hear, true);
    return () => window.removeEventListener('keydown', hear, true);
  }, []);
  return (
    <button
      ref={box}
      type="button"
      onBlur={onLeave}
      aria-label={`Press the new keys for: ${does}. Escape leaves it as it is.`}
      className="h-7 w-[13rem] rounded-md border border-accent bg-accent-soft px-2 text-left text-xs text-accent"
    >
      Press the keys… <span className="text-muted">Esc leaves it</span>
    </button>
  );
}

'use client';
import { Command } from 'cmdk';
import { Moon, Plus, Search, Workflow as WorkflowIcon } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTheme } from 'next-themes';
import { Dialog as Radix } from 'radix-ui';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { toast } from 'sonner';
import { createWorkflowAction, listWorkflowsAction } from '@/lib/actions/workflows';
import { emptyDocument } from '@/lib/graph/schema';
import type { WorkflowSummary } from '@/lib/usecases/types';
import { Kbd, Keys } from '../ui/Kbd';
import { rememberFocus } from '../ui/return-focus';
import { useKeysOf } from './keys';
import { PLACES } from './nav';
import type { CommandId } from './shortcuts';

/** A thing that the screen in sight can do, offered in the palette while it is shown. */
export type PaletteCommand = { id: string; label: string; icon?: ReactNode; keys?: CommandId; run: () => void };
type Registry = { commands: PaletteCommand[]; set: (commands: PaletteCommand[]) => void };
const RegistryContext = createContext<Registry>({ commands: [], set: () => undefined });

export function PaletteProvider({ children }: { children: ReactNode }) {
  const [commands, set] = useState<PaletteCommand[]>([]);
  const value = useMemo(() => ({ commands, set }), [commands]);
  return <RegistryContext value={value}>{children}</RegistryContext>;
}

/** Offers a screen's commands; pass a list whose identity changes only when it does. */
export function usePaletteCommands(commands: PaletteCommand[]): void {
  const { set } = useContext(RegistryContext);
  useEffect(() => {
    set(commands);
    return () => set([]);
  }, [commands, set]);
}

const ITEM =
  'flex h-9 items-center gap-2.5 rounded-md px-2.5 text-sm data-[selected=true]:bg-hover [&_svg]:size-4 [&_svg]:text-muted';
const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted';

/** Everything by name: screens, workflows, what this screen can do. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const router = useRouter();
  const keysOf = useKeysOf();
  const [goTo, themeKeys] = [keysOf('goTo'), keysOf('theme')];
  const giveBack = useRef<(() => void) | null>(null);
  const { commands } = useContext(RegistryContext);
  const { resolvedTheme, setTheme } = useTheme();
  const [workflows, setWorkflows] = useState<WorkflowSummary[]>([]);
  useEffect(() => {
    if (!open) return;
    listWorkflowsAction()
      .then((answer) => answer.ok && setWorkflows(answer.value))
      .catch(() => undefined);
  }, [open]);
  const create = async () => {
    const answer = await createWorkflowAction({ name: 'Untitled workflow', document: emptyDocument() }).catch(
      () => null,
    );
    if (answer?.ok) router.push(`/workflows/${answer.value.id}`);
    else
      toast.error(answer ? answer.problem.message : 'The server did not answer.', {
        description: answer?.problem.hint ?? 'Try again.',
      });
  };
  const then = (act: () => void) => () => {
    onOpenChange(false);
    act();
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 animate-fade bg-black/30 dark:bg-black/60" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={() => {
            giveBack.current = rememberFocus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            giveBack.current?.();
          }}
          className="fixed top-[14vh] left-1/2 z-50 w-[min(36rem,calc(100vw-2rem))] -translate-x-1/2 animate-fade overflow-hidden rounded-xl border border-border-strong bg-overlay shadow-3 outline-none"
        >
          <Radix.Title className="sr-only">Search and commands</Radix.Title>
          <Command label="Search and commands" loop>
            <div className="flex items-center gap-2.5 border-b px-4">
              <Search className="size-4 text-muted" aria-hidden />
              <Command.Input
                placeholder="Go to a screen or workflow, or do something…"
                className="h-12 flex-1 bg-transparent text-base outline-none"
              />
              <Kbd>Esc</Kbd>
            </div>
            <Command.List className="max-h-[22rem] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-8 text-center text-sm text-muted">Nothing has that name.</Command.Empty>
              {commands.length > 0 ? (
                <Command.Group heading="Here" className={GROUP}>
                  {commands.map((command) => (
                    <Command.Item
                      key={command.id}
                      value={`here ${command.label}`}
                      onSelect={then(command.run)}
                      className={ITEM}
                    >
                      {command.icon}
                      <span className="flex-1">{command.label}</span>
                      <Keys>{command.keys && keysOf(command.keys)}</Keys>
                    </Command.Item>
                  ))}
                </Command.Group>
              ) : null}
              <Command.Group heading="Go to" className={GROUP}>
                {PLACES.map((place) => (
                  <Command.Item
                    key={place.href}
                    value={`go ${place.label}`}
                    onSelect={then(() => router.push(place.href))}
                    className={ITEM}
                  >
                    <place.icon aria-hidden />
                    <span className="flex-1">{place.label}</span>
                    <Keys>{goTo && `${goTo} ${place.key.toUpperCase()}`}</Keys>
                  </Command.Item>
                ))}
              </Command.Group>
              <Command.Group heading="Do" className={GROUP}>
                <Command.Item value="new workflow empty" onSelect={then(() => void create())} className={ITEM}>
                  <Plus aria-hidden /> New empty workflow
                </Command.Item>
                <Command.Item
                  value="theme dark light"
                  onSelect={then(() => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark'))}
                  className={ITEM}
                >
                  <Moon aria-hidden />
                  <span className="flex-1">{resolvedTheme === 'dark' ? 'Light theme' : 'Dark theme'}</span>
                  <Keys>{themeKeys}</Keys>
                </Command.Item>
              </Command.Group>
              {workflows.length > 0 ? (
                <Command.Group heading="Workflows" className={GROUP}>
                  {workflows.slice(0, 50).map((workflow) => (
                    <Command.Item
                      key={workflow.id}
                      value={`workflow ${workflow.name} ${workflow.id}`}
                      onSelect={then(() => router.push(`/workflows/${workflow.id}`))}
                      className={ITEM}
                    >
                      <WorkflowIcon aria-hidden />
                      <span className="min-w-0 truncate">{workflow.name}</span>
                    </Command.Item>
                  ))}
                </Command.Group>
              ) : null}
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

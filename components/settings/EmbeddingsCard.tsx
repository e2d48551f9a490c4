'use client';
import { Badge, CopyButton, Section } from '@/components/ui';
import type { SettingsView } from '@/lib/usecases/types';
import { Facts } from './parts';

type View = SettingsView['embeddings'];

const SWITCH = 'ACTION_ENGINE_EMBEDDINGS=on';

/** The small model that finds functions for other words than theirs: whether it is on, found and has read the functions. */
export function EmbeddingsCard({ embeddings }: { embeddings: View }) {
  const { on, missing, install, known, functions, most, loaded, problem } = embeddings;
  const tooMany = functions > most;
  return (
    <Section title="Finding by meaning" aside={<State view={embeddings} tooMany={tooMany} />}>
      <p className="text-sm">
        The offline planner goes by the words of the functions. With a small English model beside it, it also finds a
        function for other words than its own: “drain the hues from the portrait” makes an image black and white. The
        model runs on this machine and asks no network.
      </p>
      {on && missing.length === 0 ? (
        <div className="mt-3">
          <Facts
            rows={[
              [
                'Functions',
                tooMany
                  ? `${functions.toLocaleString('en')}: with more than ${most.toLocaleString('en')} it is not asked, because their own words are surer`
                  : `${known.toLocaleString('en')} of ${functions.toLocaleString('en')} read and kept on disk`,
              ],
              [
                'Memory',
                loaded
                  ? 'In memory now, some 200 MB; given back after three minutes in which no draft needs it'
                  : 'Not in memory; loaded by the next draft whose words leave something open',
              ],
              ...(problem ? [['Last trouble', problem] as [string, string]] : []),
            ]}
          />
        </div>
      ) : null}
      {missing.length > 0 ? <Line label="Install it, in the project’s folder:" text={install} /> : null}
      {on ? (
        missing.length > 0 ? (
          <p className="mt-2 text-sm text-muted">Until then, drafts are made without it, and say so.</p>
        ) : null
      ) : (
        <Line
          label={`${missing.length > 0 ? 'Then start with it on' : 'It is installed. Start with it on'}:`}
          text={`${SWITCH} npm start`}
        />
      )}
    </Section>
  );
}

function State({ view: { on, missing, problem }, tooMany }: { view: View; tooMany: boolean }) {
  if (!on) return <Badge>Off</Badge>;
  if (missing.length > 0) return <Badge tone="warning">Not installed</Badge>;
  if (problem) return <Badge tone="danger">Not working</Badge>;
  return tooMany ? <Badge>On, not asked</Badge> : <Badge tone="success">On</Badge>;
}

function Line({ label, text }: { label: string; text: string }) {
  return (
    <div className="mt-3 text-sm">
      <p className="text-muted">{label}</p>
      <div className="mt-1 flex items-start gap-2 rounded-md border bg-sunken px-3 py-1.5">
        <code className="min-w-0 flex-1 py-0.5 text-xs break-words">{text}</code>
        <CopyButton text={text} label={`Copy: ${text}`} />
      </div>
    </div>
  );
}

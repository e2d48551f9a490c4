'use client';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Badge, Button, countText, ErrorNote, Field, Input, Section, Select } from '@/components/ui';
import { chooseModelAction, testModelAction } from '@/lib/actions/settings';
import { type ProblemView, viewOf } from '@/lib/base/problem';
import type { SettingsView } from '@/lib/usecases/types';
import { Facts, Test } from './parts';

type Provider = SettingsView['model']['provider'];
type Choice = 'environment' | Provider;

const PROVIDERS: Record<Provider, string> = {
  none: 'Offline planner',
  openai: 'OpenAI',
  huggingface: 'Hugging Face',
  compatible: 'Server of your own',
};

/** Which model drafts: chosen here, or by the environment; and a button that asks it something. */
export function ModelCard({ model: known }: { model: SettingsView['model'] }) {
  const [model, setModel] = useState(known);
  const [changing, setChanging] = useState(false);
  return (
    <Section
      title="Which model drafts"
      aside={<Badge tone={model.provider === 'none' ? 'neutral' : 'accent'}>{PROVIDERS[model.provider]}</Badge>}
    >
      {model.provider === 'none' ? (
        <p className="text-sm">
          Using the offline planner: it works from the functions’ descriptions, with no key and no network. Choose a
          model for freer wording: OpenAI, Hugging Face, or a server of your own (Ollama, vLLM, llama.cpp).
        </p>
      ) : (
        <Facts
          rows={[
            ['Model', <code key="m">{model.model}</code>],
            ...(model.baseUrl ? [['Server', <code key="b">{model.baseUrl}</code>] as [string, ReactNode]] : []),
            ['Key', model.hasKey ? 'Set; it goes to that server alone and is never shown again' : 'None'],
            ['Chosen', model.chosen ? 'Here' : 'By the environment that this server was started in'],
            [
              'Today',
              model.spent && model.spent.calls > 0
                ? `${countText(model.spent.calls, 'call')}, about ${model.spent.tokens.toLocaleString('en')} tokens, since it was chosen or the server was started`
                : 'Not asked yet',
            ],
          ]}
        />
      )}
      {changing ? (
        <ChoiceForm
          model={model}
          onDone={(next) => {
            if (next) setModel(next);
            setChanging(false);
          }}
        />
      ) : (
        <div className="flex flex-wrap items-start gap-x-3">
          <Button size="sm" className="mt-4" onClick={() => setChanging(true)}>
            Choose a model
          </Button>
          {model.provider === 'none' ? null : (
            <Test key={JSON.stringify(model)} label="Test the model" action={testModelAction} />
          )}
        </div>
      )}
    </Section>
  );
}

function ChoiceForm({
  model,
  onDone,
}: {
  model: SettingsView['model'];
  onDone: (next: SettingsView['model'] | null) => void;
}) {
  const [provider, setProvider] = useState<Choice>(model.chosen ? model.provider : 'compatible');
  const same = provider === model.provider;
  const [name, setName] = useState(model.chosen ? (model.model ?? '') : '');
  const [address, setAddress] = useState(model.chosen ? (model.baseUrl ?? '') : '');
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const asks = provider !== 'none' && provider !== 'environment';

  async function keep(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    const answer = await chooseModelAction({
      provider,
      model: asks ? name : '',
      baseUrl: provider === 'compatible' ? address : '',
      apiKey: key.trim() === '' ? null : key,
    }).catch((error) => ({ ok: false as const, problem: viewOf(error) }));
    setBusy(false);
    if (answer.ok) onDone(answer.value.model);
    else setProblem(answer.problem);
  }

  return (
    <form className="mt-4 flex flex-col gap-3" onSubmit={(event) => void keep(event)} aria-label="Choose a model">
      {problem ? <ErrorNote problem={problem} /> : null}
      <Field label="Provider">
        {(control) => (
          <Select
            {...control}
            value={provider}
            onChange={(value) => {
              setProvider(value as Choice);
              setName('');
            }}
            options={[
              { value: 'none', label: 'Offline planner (no key, no network)' },
              { value: 'openai', label: 'OpenAI' },
              { value: 'huggingface', label: 'Hugging Face' },
              { value: 'compatible', label: 'Server of your own (Ollama, vLLM, llama.cpp)' },
              { value: 'environment', label: `What the environment says (${PROVIDERS[model.environment]})` },
            ]}
          />
        )}
      </Field>
      {provider === 'compatible' ? (
        <Field label="Address of the server" hint="Such as http://127.0.0.1:11434/v1">
          {(control) => (
            <Input
              {...control}
              inputMode="url"
              autoComplete="off"
              spellCheck={false}
              value={address}
              onChange={(event) => setAddress(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      {asks ? (
        <>
          <Field label="Model" hint="Empty: the usual one of this provider">
            {(control) => (
              <Input
                {...control}
                autoComplete="off"
                spellCheck={false}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
          <Field
            label="Key"
            hint={
              same && model.chosen && model.hasKey
                ? 'Empty keeps the one that is set'
                : provider === 'compatible'
                  ? 'Empty where the server wants none'
                  : 'Kept in a file that only you can read'
            }
          >
            {(control) => (
              <Input
                {...control}
                type="password"
                autoComplete="off"
                spellCheck={false}
                value={key}
                onChange={(event) => setKey(event.target.value)}
              />
            )}
          </Field>
        </>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" size="sm" variant="accent" busy={busy}>
          Use it
        </Button>
        <Button size="sm" variant="ghost" onClick={() => onDone(null)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

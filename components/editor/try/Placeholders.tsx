'use client';
import { useId, useMemo } from 'react';
import { compile, placeholdersIn } from '@/lib/compile';
import { Field, Input } from '../../ui/Input';
import { useEditor, useEditorStore } from '../state/context';
import { editTrial } from './state';

/** What the definition leaves open until it is deployed: a run from here has to know it. Nothing where there is none. */
export function Placeholders() {
  const store = useEditorStore();
  const graph = useEditor((state) => state.document.graph);
  const values = useEditor((state) => state.document.trial?.values);
  const functions = useEditor((state) => state.functions);
  const list = useId();
  const names = useMemo(() => placeholdersIn(compile(graph).definition), [graph]);
  if (names.length === 0) return null;
  return (
    <fieldset className="flex flex-col gap-3 rounded-md border border-border bg-sunken px-3 pt-2 pb-3">
      <legend className="px-1 text-sm font-medium">Filled in when it is deployed</legend>
      <p className="text-xs text-muted">
        Give each a value for runs from here: a function of this page by its name, or an ARN. The definition keeps its
        placeholders.
      </p>
      {names.map((name) => (
        <Field key={name} label={<code className="font-mono text-xs">{`\${${name}}`}</code>}>
          {(control) => (
            <Input
              {...control}
              list={list}
              value={values?.[name] ?? ''}
              className="font-mono"
              onChange={(event) => {
                const { value } = event.target;
                editTrial(
                  store,
                  (trial) => {
                    const { [name]: _old, ...rest } = trial.values;
                    return { ...trial, values: value === '' ? rest : { ...rest, [name]: value } };
                  },
                  `placeholder:${name}`,
                );
              }}
            />
          )}
        </Field>
      ))}
      <datalist id={list}>
        {[...functions.values()].map((manifest) => (
          <option key={manifest.name} value={manifest.name}>
            {manifest.title}
          </option>
        ))}
      </datalist>
    </fieldset>
  );
}

'use client';
import { useEffect, useMemo, useState } from 'react';
import { nodeOf } from '@/lib/graph';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { countText } from '../../ui/format';
import { Select } from '../../ui/Select';
import { removeSteps } from '../state/commands';
import { useEditor, useEditorStore } from '../state/context';
import { isSure, type Lost, lostBy, proposalsFor, removeAndRebind } from './rebind';
import { useRemoval } from './removal';

const LEAVE = '@leave';

/** Asks before steps go whose results are used: what to use instead, place by place. */
export function RemoveDialog() {
  const asked = useRemoval((state) => state.asked);
  const ask = useRemoval((state) => state.ask);
  useEffect(() => {
    useRemoval.setState({ listening: true });
    return () => useRemoval.setState({ listening: false, asked: null });
  }, []);
  return asked ? <Asking key={asked.join(' ')} ids={asked} onClose={() => ask(null)} /> : null;
}

function Asking({ ids, onClose }: { ids: string[]; onClose: () => void }) {
  const store = useEditorStore();
  const document = useEditor((state) => state.document);
  const functions = useEditor((state) => state.functions);
  const places = useMemo(() => {
    const after = removeAndRebind(document, ids, []).document;
    return lostBy(document, ids, functions).map((lost) => ({ lost, proposals: proposalsFor(after, lost, functions) }));
  }, [document, ids, functions]);
  const [chosen, setChosen] = useState<Record<string, string>>({});
  const names = ids.flatMap((id) => nodeOf(document.graph, id)?.name ?? []);
  const what = names.length === 1 ? `“${names[0]}”` : countText(names.length, 'step');
  const choiceOf = ({ lost, proposals }: (typeof places)[number]) => {
    const [best] = proposals;
    return chosen[lost.id] ?? (best && isSure(best, lost) ? best.row.id : LEAVE);
  };
  const broken = places.filter((place) => choiceOf(place) === LEAVE).length;
  const remove = () => {
    const choices = places.flatMap((place) => {
      const row = place.proposals.find((proposal) => proposal.row.id === choiceOf(place))?.row;
      return row ? [{ lost: place.lost, row }] : [];
    });
    onClose();
    removeSteps(store, ids, { by: (now) => removeAndRebind(now, ids, choices) });
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => open || onClose()}
      title={`Delete ${what}?`}
      description={`${names.length === 1 ? 'Its result is' : 'Their results are'} used elsewhere. Choose what is used there instead.`}
      footer={
        <>
          <Button data-autofocus onClick={onClose}>
            Cancel
          </Button>
          <Button variant="danger" onClick={remove}>
            {broken === 0
              ? 'Delete and change'
              : broken === places.length
                ? 'Delete all the same'
                : `Delete, leave ${broken} broken`}
          </Button>
        </>
      }
    >
      <ul className="flex flex-col divide-y rounded-lg border" aria-label="What uses it">
        {places.map((place) => (
          <li key={place.lost.id} className="flex flex-col gap-1.5 p-3">
            <Where lost={place.lost} reader={nodeOf(document.graph, place.lost.node)?.name ?? ''} />
            <Select
              aria-label={`Instead, for ${place.lost.field}`}
              value={choiceOf(place)}
              onChange={(next) => setChosen({ ...chosen, [place.lost.id]: next })}
              options={[
                ...place.proposals.map(({ row, group }) => ({
                  value: row.id,
                  label: `${group} › ${row.label}`,
                  hint: row.type,
                })),
                { value: LEAVE, label: 'Leave it broken: a problem shows it' },
              ]}
            />
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

function Where({ lost, reader }: { lost: Lost; reader: string }) {
  const path = lost.reference.path.join(' › ');
  return (
    <p className="text-sm">
      <span className="font-medium">{reader}</span> uses{' '}
      <span className="font-medium">
        {lost.source}
        {path ? ` › ${path}` : ''}
      </span>{' '}
      <span className="text-muted">
        for {lost.field}
        {lost.places > 1 ? `, and in ${countText(lost.places - 1, 'other place')}` : ''}
      </span>
    </p>
  );
}

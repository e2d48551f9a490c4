import { expect, test } from 'vitest';
import { begun, ended, MOST, read, type Turn, write } from './thread';

/** A storage as a browser has it. */
function storage(most = Number.POSITIVE_INFINITY) {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > most) throw new DOMException('full', 'QuotaExceededError');
      held.set(key, value);
    },
    removeItem: (key: string) => void held.delete(key),
  };
}
const asked = (id: string) => ({ id, at: Number(id), wish: `wish ${id}` });

test('what was asked is there again, with what came of it', () => {
  const drawer = storage();
  let turns: readonly Turn[] = begun(begun([], asked('1')), asked('2'));
  turns = ended(turns, '1', { kind: 'answer', text: 'x'.repeat(9000), by: 'the graph' });
  turns = ended(turns, '2', { kind: 'proposed', words: ['add Resize', 'remove Upload'], by: 'offline' });
  turns = ended(turns, '2', (was) => (was.kind === 'proposed' ? { ...was, kind: 'kept', kept: 1 } : was));
  turns = ended(turns, 'unknown', { kind: 'cancelled' });
  write(drawer, 'w', turns);
  const again = read(drawer, 'w');
  expect(again).toEqual(turns);
  expect(again[0]?.outcome).toMatchObject({ kind: 'answer', text: 'x'.repeat(4000) });
  expect(again[1]?.outcome).toEqual({ kind: 'kept', kept: 1, words: ['add Resize', 'remove Upload'], by: 'offline' });
  expect(read(drawer, 'another')).toEqual([]);
});

test('it is bounded, and what a reload cut off came to nothing', () => {
  const drawer = storage();
  let turns: readonly Turn[] = [];
  for (let i = 1; i <= MOST + 5; i++) turns = begun(turns, asked(String(i)));
  expect(turns).toHaveLength(MOST);
  turns = ended(turns, String(MOST), { kind: 'proposed', words: ['a'], by: 'offline' });
  write(drawer, 'w', turns);
  const again = read(drawer, 'w');
  expect(again[0]).toEqual({ ...asked('6'), outcome: { kind: 'cancelled' } });
  expect(again.find(({ id }) => id === String(MOST))?.outcome.kind).toBe('discarded');
});

test('a storage that is full, refused or holds something else does no harm', () => {
  const drawer = storage(10);
  write(drawer, 'w', begun([], asked('1')));
  expect(read(drawer, 'w')).toEqual([]);
  const foreign = storage();
  for (const text of ['{', '[{"id":1}]', '"x"']) {
    foreign.setItem('action-engine:thread:w', text);
    expect(read(foreign, 'w')).toEqual([]);
  }
});

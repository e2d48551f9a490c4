'use client';
/**
 * The definition's text in CodeMirror. What changes from outside is put in as the smallest replacement, so that cursor
 * and scroll stay; what is typed is told letter by letter. Fetched when it is first shown.
 * @module
 */
import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { type Diagnostic, lintGutter, setDiagnostics } from '@codemirror/lint';
import {
  Annotation,
  basicSetup,
  Compartment,
  Decoration,
  EditorState,
  EditorView,
  keymap,
  Prec,
  StateEffect,
  StateField,
} from '@uiw/react-codemirror';
import { useEffect, useRef } from 'react';
import { replacementOf, type TextFormat, type TextNote } from '@/lib/compile';
import { basics } from '../../ui/CodeEditor';

export type TextEditorProps = {
  text: string;
  format: TextFormat;
  label: string;
  readOnly: boolean;
  notes: TextNote[];
  /** lines that belong to what is selected, as characters */
  marked: { from: number; to: number } | null;
  /** a place to go to; another object goes there again */
  reveal: { from: number; focus: boolean } | null;
  /** what was typed and may not be in `text` yet */
  newest: () => string | null;
  onType: (text: string) => void;
  /** the cursor was moved by the person */
  onCursor: (at: number) => void;
  /** @returns whether the undo was done elsewhere */
  onUndo: () => boolean;
  onRedo: () => boolean;
  onNextProblem: () => void;
};

const External = Annotation.define<true>();
const mark = StateEffect.define<{ from: number; to: number } | null>();
const line = Decoration.line({ class: 'cm-selectedState' });
const marks = StateField.define({
  create: () => Decoration.none,
  update(held, transaction) {
    let next = held.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(mark)) continue;
      const { doc } = transaction.state;
      if (!effect.value) next = Decoration.none;
      else {
        const first = doc.lineAt(Math.min(effect.value.from, doc.length)).number;
        const last = doc.lineAt(Math.min(effect.value.to, doc.length)).number;
        next = Decoration.set(Array.from({ length: last - first + 1 }, (_, i) => line.range(doc.line(first + i).from)));
      }
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});
const look = EditorView.theme({
  '&': { height: '100%' },
  '.cm-scroller': { overflow: 'auto' },
  '.cm-selectedState': { backgroundColor: 'var(--accent-soft)', boxShadow: 'inset 2px 0 0 var(--accent)' },
  // In our colours, with a glyph: the library's markers are pictures.
  '.cm-lint-marker': {
    width: '14px',
    height: '14px',
    marginTop: '3px',
    borderRadius: '50%',
    textAlign: 'center',
    lineHeight: '14px',
    fontSize: '10px',
    fontWeight: '700',
    color: 'var(--on-ink)',
    content: 'normal',
  },
  '.cm-lint-marker::before': { content: '"!"' },
  '.cm-lint-marker-error': { backgroundColor: 'var(--status-failed)', content: 'normal' },
  '.cm-lint-marker-warning': { backgroundColor: 'var(--warning)', content: 'normal' },
  '.cm-lint-marker-info': { backgroundColor: 'var(--muted)', content: 'normal' },
  '.cm-lintRange-error': { textDecorationColor: 'var(--status-failed)' },
  '.cm-lintRange-warning': { textDecorationColor: 'var(--warning)' },
  '.cm-diagnostic': { padding: '6px 10px', maxWidth: '420px', fontFamily: 'var(--font-sans)' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--status-failed)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warning)' },
});

export default function TextEditor(props: TextEditorProps) {
  const { text, format, readOnly, notes, marked, reveal } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const parts = useRef({ language: new Compartment(), rights: new Compartment() });

  useEffect(() => {
    if (!host.current) return;
    const { language, rights } = parts.current;
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: latest.current.text,
        extensions: [
          Prec.high(
            keymap.of([
              { key: 'Mod-z', run: () => latest.current.onUndo() },
              { key: 'Mod-Shift-z', run: () => latest.current.onRedo() },
              { key: 'Mod-y', run: () => latest.current.onRedo() },
              {
                key: 'F8',
                run: () => {
                  latest.current.onNextProblem();
                  return true;
                },
              },
            ]),
          ),
          basicSetup({ autocompletion: false }),
          ...basics,
          look,
          marks,
          lintGutter(),
          language.of(latest.current.format === 'json' ? json() : yaml()),
          rights.of(EditorState.readOnly.of(latest.current.readOnly)),
          EditorView.contentAttributes.of({ 'aria-label': latest.current.label, tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            const outside = update.transactions.some((transaction) => transaction.annotation(External));
            if (outside) return;
            if (update.docChanged) latest.current.onType(update.state.doc.toString());
            if (update.docChanged || update.selectionSet) latest.current.onCursor(update.state.selection.main.head);
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      view.current = null;
      made.destroy();
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({
      effects: [
        parts.current.language.reconfigure(format === 'json' ? json() : yaml()),
        parts.current.rights.reconfigure(EditorState.readOnly.of(readOnly)),
      ],
      annotations: External.of(true),
    });
  }, [format, readOnly]);

  useEffect(() => {
    const edit = view.current && replacementOf(view.current.state.doc.toString(), latest.current.newest() ?? text);
    if (edit) view.current?.dispatch({ changes: edit, annotations: External.of(true) });
  }, [text]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: after another text the places are told anew
  useEffect(() => {
    const { current } = view;
    if (!current) return;
    const { length } = current.state.doc;
    const told = notes.map(
      ({ from, to, severity, message, hint }): Diagnostic => ({
        from: Math.min(from, length),
        to: Math.min(Math.max(to, from), length),
        severity,
        message: hint ? `${message} ${hint}` : message,
      }),
    );
    current.dispatch(setDiagnostics(current.state, told), { annotations: External.of(true) });
    current.dispatch({ effects: mark.of(marked), annotations: External.of(true) });
  }, [notes, marked, text]);

  useEffect(() => {
    const { current } = view;
    if (!current || !reveal) return;
    const at = Math.min(reveal.from, current.state.doc.length);
    current.dispatch({
      ...(reveal.focus && { selection: { anchor: at } }),
      effects: EditorView.scrollIntoView(at, { y: 'start', yMargin: 48 }),
      annotations: External.of(true),
    });
    if (reveal.focus) current.focus();
  }, [reveal]);

  return <div ref={host} className="h-full min-h-0" data-testid="code" />;
}

'use client';
/** CodeMirror for one expression. Only `ExpressionField` imports it, so that it is fetched when one is shown. */
import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  pickedCompletion,
} from '@codemirror/autocomplete';
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { tags } from '@lezer/highlight';
import CodeMirror, { EditorView, type Extension, Prec, type ReactCodeMirrorRef } from '@uiw/react-codemirror';
import { useEffect, useMemo, useRef } from 'react';
import { basics } from '../../ui/CodeEditor';
import { type CompletionScope, complete } from './completions';

export type ExpressionEditorProps = {
  id?: string;
  label: string;
  text: string;
  onChange: (text: string) => void;
  onBlur: () => void;
  /** asked when a completion is wanted */
  scope: () => CompletionScope;
  /** where the expression is wrong, and how */
  fault: { offset: number; message: string } | null;
  /** data was dropped at this character; @returns whether something was */
  onDrop: (at: number) => boolean;
};

/** JSONata and JSONPath as far as colours go. */
const language = StreamLanguage.define<null>({
  startState: () => null,
  token: (stream) => {
    if (stream.match(/^"(?:[^"\\]|\\.)*"?|^'(?:[^'\\]|\\.)*'?/)) return 'string';
    if (stream.match(/^\/\*.*?\*\//)) return 'comment';
    if (stream.match(/^\$\$?[\p{ID_Continue}]*(?=\s*\()/u) || stream.match(/^States\.\w+/)) return 'keyword';
    if (stream.match(/^\$\$?[\p{ID_Continue}]*/u)) return 'variableName';
    if (stream.match(/^-?\d+(?:\.\d+)?/)) return 'number';
    if (stream.match(/^(?:and|or|in|true|false|null|function)\b/)) return 'bool';
    if (stream.match(/^[\p{ID_Start}_][\p{ID_Continue}]*|^`[^`]*`/u)) return 'propertyName';
    stream.next();
    return 'punctuation';
  },
});
const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.variableName, color: 'var(--accent)', fontWeight: '500' },
    { tag: tags.keyword, color: 'var(--json-word)' },
    { tag: tags.string, color: 'var(--json-string)' },
    { tag: tags.number, color: 'var(--json-number)' },
    { tag: tags.bool, color: 'var(--json-word)' },
    { tag: tags.propertyName, color: 'var(--text)' },
    { tag: tags.comment, color: 'var(--muted)' },
    { tag: tags.punctuation, color: 'var(--muted)' },
  ]),
);
const look = EditorView.theme({
  '.cm-content': { padding: '5px 0' },
  '.cm-line': { padding: '0 10px 0 24px' },
  '.cm-tooltip.cm-tooltip-autocomplete': { overflow: 'hidden', boxShadow: 'var(--shadow-3)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-mono)', fontSize: '12px', maxHeight: '15rem' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { minHeight: '24px', lineHeight: '20px', padding: '2px 8px' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { background: 'var(--accent-soft)', color: 'var(--text)' },
  '.cm-completionDetail': { color: 'var(--muted)', fontStyle: 'normal', marginLeft: '10px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: 'var(--accent)' },
  '.cm-completionInfo': { padding: '4px 8px', fontSize: '12px', maxWidth: '16rem' },
  '.cm-diagnostic': { borderLeft: '3px solid var(--status-failed)', padding: '4px 8px', fontSize: '12px' },
});

export default function ExpressionEditor(props: ExpressionEditorProps) {
  const { id, label, text, fault } = props;
  const ref = useRef<ReactCodeMirrorRef>(null);
  const now = useRef(props);
  now.current = props;
  const extensions = useMemo<Extension[]>(
    () => [
      // What stands first wins.
      look,
      language,
      colours,
      ...basics,
      autocompletion({
        override: [(context) => offers(context, now.current.scope())],
        icons: false,
        activateOnTyping: true,
      }),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0', ...(id && { id }), spellcheck: 'false' }),
      Prec.highest(
        EditorView.domEventHandlers({
          blur: () => now.current.onBlur(),
          drop: (event, view) => {
            const at = view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
            if (!now.current.onDrop(at)) return false;
            event.preventDefault();
            event.stopPropagation();
            return true;
          },
        }),
      ),
    ],
    [id, label],
  );
  useEffect(() => {
    const view = ref.current?.view;
    if (!view) return;
    const end = view.state.doc.length;
    const from = Math.min(fault?.offset ?? 0, Math.max(0, end - 1));
    view.dispatch(
      setDiagnostics(
        view.state,
        fault ? [{ from, to: Math.min(end, from + 1), severity: 'error', message: fault.message }] : [],
      ),
    );
  }, [fault]);
  return (
    <CodeMirror
      ref={ref}
      value={text}
      onChange={(next) => now.current.onChange(next)}
      theme="none"
      minHeight="30px"
      maxHeight="200px"
      extensions={extensions}
      // Tab goes on to the next field, as everywhere.
      indentWithTab={false}
      basicSetup={{
        lineNumbers: false,
        foldGutter: false,
        highlightActiveLine: false,
        highlightActiveLineGutter: false,
        autocompletion: false,
        searchKeymap: false,
      }}
    />
  );
}

function offers(context: CompletionContext, scope: CompletionScope): CompletionResult | null {
  const found = complete(context.state.doc.toString(), context.pos, scope);
  if (!found) return null;
  return {
    from: found.from,
    validFor: /^[$\w]*$/,
    options: found.options.map((option, i) => ({
      label: option.label,
      detail: option.detail,
      ...(option.info && { info: option.info }),
      type: option.kind,
      boost: option.kind === 'function' ? -50 : 50 - Math.min(i, 40),
      apply: (view, completion, from, to) =>
        view.dispatch({
          changes: { from, to, insert: option.insert },
          selection: { anchor: from + option.caret },
          annotations: pickedCompletion.of(completion),
        }),
    })),
  };
}

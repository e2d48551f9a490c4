'use client';
/** CodeMirror in our colours. Only what is fetched when it is shown imports it, so that pages without code do not carry it. */
import { javascript } from '@codemirror/lang-javascript';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { linter } from '@codemirror/lint';
import { tags } from '@lezer/highlight';
import CodeMirror, { EditorView, type Extension, type ReactCodeMirrorRef } from '@uiw/react-codemirror';
import { useEffect, useMemo, useRef } from 'react';
import type { CodeFieldProps } from './CodeField';

const look = EditorView.theme({
  '&': { backgroundColor: 'transparent', color: 'var(--text)', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--font-mono)', padding: '8px 0', caretColor: 'var(--accent)' },
  '.cm-line': { padding: '0 10px' },
  '.cm-scroller': { lineHeight: '20px', fontFamily: 'var(--font-mono)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--muted)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in oklab, var(--hover) 60%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 24%, transparent) !important',
  },
  '.cm-placeholder': { color: 'var(--muted)' },
  '&:not(.cm-focused) .cm-matchingBracket': { backgroundColor: 'transparent !important' },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'var(--accent-soft) !important',
    outline: '1px solid var(--accent)',
  },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--hover)', border: 'none', color: 'var(--muted)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--overlay)',
    border: '1px solid var(--border-strong)',
    borderRadius: '6px',
    color: 'var(--text)',
  },
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--text)' },
});
const colours = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: 'var(--text)', fontWeight: '500' },
    { tag: tags.string, color: 'var(--json-string)' },
    { tag: tags.number, color: 'var(--json-number)' },
    { tag: [tags.bool, tags.null, tags.keyword], color: 'var(--json-word)' },
    { tag: [tags.brace, tags.squareBracket, tags.separator, tags.punctuation], color: 'var(--muted)' },
    { tag: tags.comment, color: 'var(--muted)' },
  ]),
);
const jsonLinter = jsonParseLinter();
// An empty field is not an error yet.
const jsonParts: Extension[] = [json(), linter((view) => (view.state.doc.length === 0 ? [] : jsonLinter(view)))];
const script: Extension = javascript({ typescript: true });
/** Our colours, and lines that wrap: what every code editor here has. */
export const basics: Extension[] = [look, colours, EditorView.lineWrapping];

export default function CodeEditor({
  value,
  onChange,
  language = 'json',
  readOnly,
  label,
  placeholder,
  height,
  minHeight,
  maxHeight,
  lineNumbers = false,
  autoFocus,
  onBlur,
  markAt,
}: CodeFieldProps) {
  const ref = useRef<ReactCodeMirrorRef>(null);
  const extensions = useMemo(
    () => [
      ...basics,
      ...(language === 'json' ? jsonParts : language === 'javascript' ? [script] : []),
      EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
      EditorView.domEventHandlers({ blur: () => onBlur?.() }),
    ],
    [language, label, onBlur],
  );
  useEffect(() => {
    const view = ref.current?.view;
    if (view && typeof markAt === 'number' && markAt <= view.state.doc.length) {
      view.dispatch({ selection: { anchor: markAt }, effects: EditorView.scrollIntoView(markAt, { y: 'center' }) });
    }
  }, [markAt]);
  return (
    <CodeMirror
      ref={ref}
      value={value}
      onChange={onChange}
      readOnly={readOnly}
      placeholder={placeholder}
      theme="none"
      height={height ? '100%' : undefined}
      minHeight={minHeight}
      maxHeight={maxHeight}
      autoFocus={autoFocus}
      style={height ? { height: '100%' } : undefined}
      extensions={extensions}
      // Tab goes on to the next field, as everywhere.
      indentWithTab={false}
      basicSetup={{
        lineNumbers,
        foldGutter: lineNumbers,
        highlightActiveLine: lineNumbers,
        highlightActiveLineGutter: lineNumbers,
        autocompletion: false,
        searchKeymap: false,
      }}
    />
  );
}

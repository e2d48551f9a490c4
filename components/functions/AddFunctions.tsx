'use client';
import { PackagePlus } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button, Dialog, ErrorNote, Field, FileDrop, Input } from '@/components/ui';
import { addZipAction, importOpenApiAction } from '@/lib/actions/functions';
import { type ProblemView, type Result, viewOf } from '@/lib/base/problem';
import type { FunctionsAdded } from '@/lib/usecases/types';

/** bytes; a server action takes 8 MB, and base64 makes a third more of a zip */
const MAX_BYTES = 5 * 1024 * 1024;

/** Brings functions of one's own: an OpenAPI document, or a zip with a manifest. Nothing of it is run here. */
export function AddFunctions() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [server, setServer] = useState('');
  const [busy, setBusy] = useState(false);
  const [last, setLast] = useState<File | null>(null);
  const [problem, setProblem] = useState<ProblemView | null>(null);
  const [added, setAdded] = useState<FunctionsAdded | null>(null);

  async function add(file: File, replace = false) {
    setBusy(true);
    setLast(file);
    setProblem(null);
    setAdded(null);
    const answer = await send(file, server.trim(), replace).catch((error) => ({
      ok: false as const,
      problem: viewOf(error),
    }));
    setBusy(false);
    if (!answer.ok) return setProblem(answer.problem);
    setAdded(answer.value);
    router.refresh();
  }

  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <PackagePlus className="size-4" aria-hidden /> Add functions
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title="Add functions">
        <div className="flex flex-col gap-4">
          <p className="text-sm text-muted">
            An OpenAPI 3 document (JSON or YAML): each operation becomes a function. Or a zip of a function’s folder,
            with its function.json and handler. Nothing is run when it is added.
          </p>
          <FileDrop
            accept=".zip,.json,.yaml,.yml"
            label={busy ? 'Adding…' : 'Drop a file here, or choose one'}
            disabled={busy}
            onFiles={([file]) => {
              if (file) void add(file);
            }}
          />
          <Field label="Server of the API" hint="Only where the document names none, or another one is meant.">
            {(control) => (
              <Input
                {...control}
                type="url"
                placeholder="https://api.example.com"
                value={server}
                onChange={(event) => setServer(event.target.value)}
              />
            )}
          </Field>
          {problem ? (
            <ErrorNote
              problem={problem}
              actions={
                problem.code === 'FUNCTION_TAKEN' && problem.at?.path?.length && last ? (
                  <Button size="sm" busy={busy} onClick={() => void add(last, true)}>
                    Replace my own
                  </Button>
                ) : null
              }
            />
          ) : null}
          <div role="status">{added ? <Added added={added} /> : null}</div>
        </div>
      </Dialog>
    </>
  );
}

function Added({ added: { added, skipped } }: { added: FunctionsAdded }) {
  const secrets = [...new Set(added.flatMap((one) => one.secrets))];
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p className="font-medium">
        {added.length === 1 ? '1 function was added.' : `${added.length} functions were added.`}
      </p>
      <ul className="max-h-48 overflow-auto">
        {added.map(({ name, title }) => (
          <li key={name}>
            <Link className="text-accent underline-offset-2 hover:underline" href={`/functions/${name}`}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
      {secrets.length > 0 ? (
        <p>
          They receive {secrets.join(', ')} once you set {secrets.length === 1 ? 'it' : 'them'} in{' '}
          <Link className="text-accent underline-offset-2 hover:underline" href="/settings">
            Settings
          </Link>
          .
        </p>
      ) : null}
      {skipped.length > 0 ? (
        <details>
          <summary className="cursor-pointer text-muted">{skipped.length} left out</summary>
          <ul className="mt-1 max-h-40 overflow-auto">
            {skipped.map(({ operation, why }) => (
              <li key={operation}>
                <code>{operation}</code> {why}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

async function send(file: File, server: string, replace: boolean): Promise<Result<FunctionsAdded>> {
  if (file.size > MAX_BYTES) {
    const megabytes = Math.ceil(file.size / 2 ** 20);
    return {
      ok: false,
      problem: {
        code: 'FILE_TOO_LARGE',
        message: `${file.name} has ${megabytes} MB; the page takes 5.`,
        hint: 'Add it on the command line: action-engine functions add FILE.',
      },
    };
  }
  const bytes = new Uint8Array(await file.arrayBuffer());
  const zip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  if (!zip) {
    const text = new TextDecoder().decode(bytes);
    return importOpenApiAction({ text, replace, ...(server ? { server } : {}) });
  }
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return addZipAction({ zip: btoa(binary), replace });
}

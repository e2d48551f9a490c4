import Link from 'next/link';
import Markdown from 'react-markdown';

/** A page of docs/errors. Links between such pages work here too; those to other documents show as words. */
export function ErrorPage({ text }: { text: string }) {
  return (
    <div className="flex max-w-2xl flex-col gap-4 text-[15px] leading-relaxed">
      <Markdown
        components={{
          code: ({ children }) => (
            <code className="rounded bg-sunken px-1 py-0.5 text-[0.9em] break-words">{children}</code>
          ),
          pre: ({ children }) => <pre className="overflow-x-auto rounded-lg bg-sunken p-3 text-sm">{children}</pre>,
          ul: ({ children }) => <ul className="flex list-disc flex-col gap-1 pl-5">{children}</ul>,
          ol: ({ children }) => <ol className="flex list-decimal flex-col gap-1 pl-5">{children}</ol>,
          a: ({ href = '', children }) => <DocLink href={href}>{children}</DocLink>,
        }}
      >
        {text}
      </Markdown>
    </div>
  );
}

function DocLink({ href, children }: { href: string; children: React.ReactNode }) {
  const style = 'text-accent underline underline-offset-2';
  const code = /^(?:\.\/)?([A-Z0-9_]+)\.md$/.exec(href)?.[1];
  if (code)
    return (
      <Link href={`/docs/errors/${code}`} className={style}>
        {children}
      </Link>
    );
  if (/^https:\/\//.test(href))
    return (
      <a href={href} target="_blank" rel="noreferrer" className={style}>
        {children}
      </a>
    );
  return <span title={href.replace(/^(\.\.\/)+/, 'docs/')}>{children}</span>;
}

import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Shell } from '@/components/shell/Shell';
import { pageBuild } from '@/lib/wiring';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Action Engine', template: '%s · Action Engine' },
  description: 'Say what you want done; see it as a graph; run it.',
  icons: { icon: '/icon.svg' },
};
export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#13171d' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  // The content policy allows only scripts that bear this answer's nonce (proxy.ts).
  const nonce = (await headers()).get('x-nonce') ?? undefined;
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <Shell nonce={nonce} build={pageBuild()} writtenAt={Date.now()}>
          {children}
        </Shell>
      </body>
    </html>
  );
}

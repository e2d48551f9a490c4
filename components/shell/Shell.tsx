'use client';
/** The frame around every screen, and what all screens share: theme, stream, palette, help, toasts. */
import { WifiOff } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { ThemeProvider, useTheme } from 'next-themes';
import { type ReactNode, useState } from 'react';
import { Toaster } from 'sonner';
import { WrittenAtProvider } from '../ui/Time';
import { TooltipHost } from '../ui/Tooltip';
import { Help } from './Help';
import { useKeys } from './keys';
import { PLACES } from './nav';
import { Palette, PaletteProvider } from './Palette';
import { Rail } from './Rail';
import { ServerNews } from './ServerNews';
import { StreamProvider, useConnection } from './Stream';
import { TopBar, TopBarProvider } from './TopBar';

export function Shell({
  nonce,
  build,
  writtenAt,
  children,
}: {
  nonce: string | undefined;
  /** ms since 1970, by the server's clock */
  writtenAt: number;
  /** the build that this page was loaded from */
  build: string;
  children: ReactNode;
}) {
  return (
    <ThemeProvider nonce={nonce} attribute="class" defaultTheme="system" enableSystem disableTransitionOnChange>
      <WrittenAtProvider value={writtenAt}>
        <StreamProvider>
          <PaletteProvider>
            <TopBarProvider>
              <Frame build={build}>{children}</Frame>
            </TopBarProvider>
          </PaletteProvider>
        </StreamProvider>
      </WrittenAtProvider>
    </ThemeProvider>
  );
}

/** ms in which a letter after G counts */
const CHORD_TIME = 1200;

/** Waits for one key, which no one else then hears if it leads somewhere. */
function nextLetter(leads: (letter: string) => string | undefined, go: (href: string) => void): void {
  const before = Date.now();
  const hear = (event: KeyboardEvent) => {
    window.removeEventListener('keydown', hear, true);
    if (Date.now() - before > CHORD_TIME || event.metaKey || event.ctrlKey || event.altKey) return;
    const href = leads(event.key.toLowerCase());
    if (!href) return;
    event.preventDefault();
    event.stopPropagation();
    go(href);
  };
  window.addEventListener('keydown', hear, true);
}

function Frame({ build, children }: { build: string; children: ReactNode }) {
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const router = useRouter();
  const { resolvedTheme, setTheme } = useTheme();
  useKeys({
    goTo: () => nextLetter((letter) => PLACES.find(({ key }) => key === letter)?.href, router.push),
    palette: () => setPalette((open) => !open),
    theme: () => setTheme(resolvedTheme === 'dark' ? 'light' : 'dark'),
    help: () => setHelp(true),
  });
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-16 rounded-md bg-ink px-3 py-2 text-sm text-on-ink focus:translate-y-0"
      >
        Skip to the content
      </a>
      <div className="flex h-dvh max-md:flex-col">
        <Rail />
        <div className="flex min-h-0 min-w-0 flex-1 flex-col">
          <TopBar onPalette={() => setPalette(true)} onHelp={() => setHelp(true)} />
          <OfflineBanner />
          <ServerNews build={build} />
          <main id="main" tabIndex={-1} className="relative min-h-0 flex-1 overflow-y-auto outline-none">
            {children}
          </main>
        </div>
      </div>
      <Palette open={palette} onOpenChange={setPalette} />
      <Help open={help} onOpenChange={setHelp} />
      <TooltipHost />
      <Toaster
        theme={resolvedTheme === 'dark' ? 'dark' : 'light'}
        position="bottom-center"
        toastOptions={{ className: '!bg-overlay !text-text !border-border-strong !shadow-3 !text-sm' }}
      />
    </>
  );
}

function OfflineBanner() {
  const { open, cloudReady } = useConnection();
  if (open && cloudReady !== false) return null;
  return (
    <div
      role="status"
      className="flex shrink-0 items-center gap-2 border-b border-warning/40 bg-warning/10 px-4 py-1.5 text-sm"
    >
      <WifiOff className="size-4 shrink-0 text-warning" aria-hidden />
      {open
        ? 'The local cloud is not answering. Editing goes on; runs continue where they were once it is back.'
        : 'The server is not answering. You can go on editing: changes are kept in this browser. Connecting again…'}
    </div>
  );
}

/**
 * Finds a browser for the stories: an installed Chromium or Chrome, else Playwright's own, else it installs one:
 * Playwright's, or Debian's package where that download is refused.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const INSTALLED = [
  process.env.ACTION_ENGINE_BROWSER,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

const present = () => [...INSTALLED, chromium.executablePath()].find((file) => file && existsSync(file)) ?? null;

/** @returns the path of a browser, or null after saying in one line how to get one */
export function findBrowser({ install }) {
  const found = present();
  if (found || !install) return found;
  process.stdout.write('No Chromium or Chrome is installed; fetching one …\n');
  spawnSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' });
  if (present()) return present();
  if (existsSync('/usr/bin/apt-get')) {
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
    const apt = (...args) =>
      spawnSync([...asRoot, 'apt-get'][0], [...asRoot.slice(1), ...(asRoot.length ? ['apt-get'] : []), ...args], {
        stdio: 'inherit',
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    apt('update', '-q');
    apt('install', '-y', '-q', 'chromium');
    if (present()) return present();
  }
  process.stdout.write(
    'No browser could be installed: install Chromium or Chrome, or name one in ACTION_ENGINE_BROWSER, and run again.\n',
  );
  return null;
}

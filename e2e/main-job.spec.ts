import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from 'playwright/test';
import sharp from 'sharp';
import { Editor } from './pages/editor';
import { Home } from './pages/home';

const IMAGE_WISH =
  'Create a workflow that retrieves an image from S3, resizes it to 256x256 and returns the public URL of the resized image for display in the UI';

async function photo(width = 900, height = 500): Promise<string> {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'photo-')), 'holiday.jpg');
  await sharp({ create: { width, height, channels: 3, background: '#2a6f97' } })
    .jpeg()
    .toFile(file);
  return file;
}

const resultImage = (page: Page) => page.getByRole('main').locator('img[alt]:not([alt=""])').last();

test('a visitor asks for music, sees the workflow, runs it and reads what is playing', async ({ page }) => {
  const home = new Home(page);
  const editor = new Editor(page);
  await home.open();
  await home.draft('It will be perfect if you play music that matches my mood. This is Anna.');
  await editor.shows('Find user id', "Get user's mood", 'Recommend song', 'Play music');
  await editor.run();
  await editor.succeeded();
  await expect(page.getByText('Now playing: Happy Tune').first()).toBeVisible();
  await expect(editor.step('Play music').getByText('Succeeded')).toBeAttached();
});

test('a visitor attaches a photo, has it resized, and sees it', async ({ page }) => {
  const home = new Home(page);
  const editor = new Editor(page);
  await home.open();
  await home.attach(await photo());
  await home.draft(IMAGE_WISH);
  await editor.shows('Get image from S3', 'Resize image', 'Generate public URL');
  // Taken out, what is stored already is found again without being sent once more.
  await editor.openRun();
  await page.getByRole('button', { name: 'Remove holiday.jpg' }).click();
  await page.getByRole('button', { name: 'Choose from Files' }).click();
  await page.getByPlaceholder('Search files…').fill('holiday');
  await page
    .getByRole('option', { name: /^holiday\.jpg/ })
    .first()
    .click();
  await expect(page.getByRole('button', { name: 'Remove holiday.jpg' })).toBeVisible();
  await editor.pressRun();
  await editor.succeeded();
  const shown = resultImage(page);
  await expect(shown).toBeVisible();
  await expect
    .poll(() =>
      shown.evaluate((img) => [(img as HTMLImageElement).naturalWidth, (img as HTMLImageElement).naturalHeight]),
    )
    .toEqual([256, 256]);
});

test('a visitor drafts, changes the size, renames a step, undoes, redoes, reloads and runs', async ({ page }) => {
  const home = new Home(page);
  const editor = new Editor(page);
  await home.open();
  await home.attach(await photo());
  await home.draft(IMAGE_WISH);

  await editor.setNumber('Resize image', 'Width', 320);
  await editor.rename('Resize image', 'Shrink the photo');
  await editor.undo();
  await editor.shows('Resize image');
  await editor.redo();
  await editor.shows('Shrink the photo');
  await editor.saved();

  await page.reload();
  await editor.shows('Shrink the photo', 'Generate public URL');
  expect(await editor.number('Shrink the photo', 'Width')).toBe('320');
  await editor.run();
  await editor.succeeded();
  const shown = resultImage(page);
  await expect
    .poll(() =>
      shown.evaluate((img) => [(img as HTMLImageElement).naturalWidth, (img as HTMLImageElement).naturalHeight]),
    )
    .toEqual([320, 256]);
});

test('draft and run goes straight to the run', async ({ page }) => {
  const home = new Home(page);
  await home.open();
  await home.draftAndRun('It will be perfect if you play music that matches my mood. This is Anna.');
  await page.waitForURL(/\/runs\//);
  await expect(page.getByText('Now playing: Happy Tune').first()).toBeVisible({ timeout: 30_000 });
});

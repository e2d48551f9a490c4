/** A workflow of one step into whose comment is typed, and what becomes of it. */
import type { Page } from 'playwright/test';
import { Api } from './api';
import { Editor } from './editor';

export const oneStep = { QueryLanguage: 'JSONata', StartAt: 'Only', States: { Only: { Type: 'Pass', End: true } } };
export const comment = (page: Page) => page.getByRole('complementary', { name: 'Settings' }).getByLabel('Comment');
export const saved = (page: Page) => page.getByText(/^Saved /);

/** What the server has. */
export async function stored(id: string): Promise<string | undefined> {
  const { body } = await new Api().call('GET', `/workflows/${id}/export`);
  return (body as { States: Record<string, { Comment?: string }> }).States.Only?.Comment;
}

export async function openComment(page: Page, origin: string, id: string) {
  await page.goto(`${origin}/workflows/${id}`);
  await new Editor(page).select('Only', 'Setup');
  await comment(page).focus();
}

/** The same numbers each time: a failure can be looked at again. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The three moves of every server action: check, call one use case, answer with plain data. */
import { z } from 'zod';
import { Problem, type Result, viewOf } from '@/lib/base/problem';
import { type Wiring, wiring } from '@/lib/wiring';

/** Checks `form` against `schema`, calls the use case, and turns whatever is thrown into a problem to show. */
export async function answer<S extends z.ZodType, T>(
  schema: S,
  form: unknown,
  call: (deps: Wiring, request: z.infer<S>) => Promise<T> | T,
): Promise<Result<T>> {
  try {
    const request = schema.safeParse(form);
    if (!request.success) {
      const issue = request.error.issues[0];
      throw new Problem('REQUEST_INVALID', z.prettifyError(request.error), 'Mend what it names, and try again.', {
        path: issue?.path.map(String),
      });
    }
    return { ok: true, value: await call(await wiring(), request.data) };
  } catch (error) {
    return { ok: false, problem: viewOf(error) };
  }
}

export const Nothing = z.undefined();
export const Id = z.string().min(1).max(100);

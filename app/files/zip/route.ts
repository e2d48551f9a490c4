/** The chosen files as one zip, sent while it is made. Asked by the files page alone: the door refuses other origins. */
import { z } from 'zod';
import { Problem, viewOf } from '@/lib/base/problem';
import { FileKeys, zipFiles } from '@/lib/usecases/files';
import { statusOf } from '@/lib/usecases/http-api';
import { wiring } from '@/lib/wiring';

export const dynamic = 'force-dynamic';

export async function POST(request: Request): Promise<Response> {
  try {
    // A form of another site can send text, but not this type, without being asked first.
    if (!request.headers.get('content-type')?.startsWith('application/json'))
      throw new Problem('REQUEST_INVALID', 'The names of the files are sent as JSON.', 'Use the files page.');
    const asked = FileKeys.safeParse(await request.json().catch(() => null));
    if (!asked.success)
      throw new Problem('REQUEST_INVALID', z.prettifyError(asked.error), 'Choose 1 to 5,000 files, and try again.');
    return new Response(await zipFiles(await wiring(), asked.data), {
      headers: { 'content-type': 'application/zip', 'content-disposition': 'attachment; filename="files.zip"' },
    });
  } catch (error) {
    const view = viewOf(error);
    return Response.json({ problem: view }, { status: statusOf(view.code) });
  }
}

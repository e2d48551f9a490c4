/**
 * One PDF for the frame of the files page. Its type is ours to say, and only what begins as a PDF is sent, so that no page in
 * a PDF's clothes is opened under this origin; the policy that goes with it is set in proxy.ts.
 */
import { viewOf } from '@/lib/base/problem';
import { readPdf } from '@/lib/usecases/files';
import { statusOf } from '@/lib/usecases/http-api';
import { wiring } from '@/lib/wiring';

export const dynamic = 'force-dynamic';

export async function GET(request: Request): Promise<Response> {
  try {
    const uri = new URL(request.url).searchParams.get('uri') ?? '';
    return new Response(await readPdf(await wiring(), uri), {
      headers: { 'content-type': 'application/pdf', 'content-disposition': 'inline', 'cache-control': 'no-store' },
    });
  } catch (error) {
    const view = viewOf(error);
    return Response.json({ problem: view }, { status: statusOf(view.code) });
  }
}

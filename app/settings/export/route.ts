/** Everything that was made here as one zip, for the settings page. */
import { viewOf } from '@/lib/base/problem';
import { exportAll } from '@/lib/usecases/export-all';
import { statusOf } from '@/lib/usecases/http-api';
import { wiring } from '@/lib/wiring';

export const dynamic = 'force-dynamic';

export async function GET(): Promise<Response> {
  try {
    const day = new Date().toISOString().slice(0, 10);
    return new Response(await exportAll(await wiring()), {
      headers: {
        'content-type': 'application/zip',
        'content-disposition': `attachment; filename="action-engine-${day}.zip"`,
        'cache-control': 'no-store',
      },
    });
  } catch (error) {
    const view = viewOf(error);
    return Response.json({ problem: view }, { status: statusOf(view.code) });
  }
}

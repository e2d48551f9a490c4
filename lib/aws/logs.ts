/** What functions printed, from CloudWatch Logs: the local cloud answers the same call. */
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import type { Address } from './clients';
import type { LogLine } from './types';

/** More is not read: a person looks at it. */
const MAX_LINES = 2000;

/** Lines of these functions from `from` to `to` (ms since 1970), in order of time. A function that never ran has none. */
export async function readLogs(
  region: string,
  address: Address | null,
  functions: string[],
  from: number,
  to: number,
): Promise<LogLine[]> {
  const client = new CloudWatchLogsClient({
    region,
    ...(address ? { endpoint: address.url, credentials: address.credentials } : {}),
  });
  const read = async (name: string): Promise<LogLine[]> => {
    const lines: LogLine[] = [];
    let nextToken: string | undefined;
    try {
      do {
        const page = await client.send(
          new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, startTime: from, endTime: to, nextToken }),
        );
        for (const event of page.events ?? []) {
          lines.push({ at: event.timestamp ?? from, functionName: name, text: (event.message ?? '').trimEnd() });
        }
        nextToken = page.nextToken;
      } while (nextToken && lines.length < MAX_LINES);
    } catch (error) {
      if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) throw error;
    }
    return lines;
  };
  const all = (await Promise.all(functions.map(read))).flat();
  client.destroy();
  return all.sort((a, b) => a.at - b.at).slice(0, MAX_LINES);
}

/**
 * A distributed Map is entered: its fields are computed, its Map Run begins. What follows is in `map-run.ts`.
 * @module
 */
import { fillTemplate } from '@/lib/asl/template';
import { isObject, type JsonObject, own } from '@/lib/base/json';
import { effectiveInput, filled, lookUp, pathScope } from './data';
import { runtimeFailure } from './failure';
import type { MapRunFrame } from './frames';
import { begin, MAP_RUN_CONCURRENCY, runFailed } from './map-run';
import { BLOCK, type Move } from './states/handler';
import { concurrencyOf, itemsOf, numberOf } from './states/map';
import type { Visit } from './visit';

export async function enterMapRun(visit: Visit): Promise<Move> {
  const { thread, work, host } = visit;
  const hasReader = isObject(visit.field('ItemReader'));
  const items = hasReader ? { values: [] } : await itemsOf(visit, true);
  thread.previous = work.record('MapStateStarted', thread.previous, 'mapStateStarted', { length: items.values.length });

  const toleratedCount = await numberOf(visit, 'ToleratedFailureCount');
  if (toleratedCount !== null && toleratedCount < 0) throw runtimeFailure('ToleratedFailureCount cannot be negative.');
  const toleratedPercentage = await numberOf(visit, 'ToleratedFailurePercentage', 'float');
  if (toleratedPercentage !== null && !(toleratedPercentage >= 0 && toleratedPercentage <= 100)) {
    throw runtimeFailure('ToleratedFailurePercentage must be between 0 and 100.');
  }
  if (toleratedCount !== null) visit.saw?.('toleratedFailureCount', toleratedCount);
  if (toleratedPercentage !== null) visit.saw?.('toleratedFailurePercentage', toleratedPercentage);
  const concurrency = await concurrencyOf(visit, MAP_RUN_CONCURRENCY);
  const reader = hasReader ? await serviceOf(visit, 'ItemReader', 'ReaderConfig') : undefined;
  const writer = isObject(visit.field('ResultWriter'))
    ? await serviceOf(visit, 'ResultWriter', 'WriterConfig')
    : undefined;
  const batcher = isObject(visit.field('ItemBatcher')) ? await batcherOf(visit) : undefined;

  const id = `map-run:${work.serial()}`;
  const said = visit.field('Label');
  const label = typeof said === 'string' ? said : host.uuid();
  const [, partition = 'aws', , region = '', account = ''] = work.facts.executionArn.split(':');
  const mapRunArn = `arn:${partition}:states:${region}:${account}:mapRun:${work.facts.stateMachineName}/${label}:${host.uuid()}`;
  const maxItems = own(own(reader, 'ReaderConfig'), 'MaxItems');
  const run = work.put<MapRunFrame>({
    id,
    kind: 'map-run',
    thread: thread.id,
    task: id,
    stage: 'running',
    mapRunArn,
    label,
    children: 0,
    items: 0,
    next: 0,
    running: 0,
    failed: 0,
    concurrency,
    toleratedCount,
    toleratedPercentage,
    source: hasReader ? sourceOf(reader) : 'STATE_DATA',
    ...(reader && { reader }),
    ...(writer && Object.keys(writer).length > 0 && { writer }),
    ...(batcher && { batcher }),
    ...(typeof maxItems === 'number' && { maxItems }),
  });
  thread.inside = id;
  thread.phase = 'blocked';
  thread.previous = work.record('MapRunStarted', thread.previous, 'mapRunStarted', { mapRunArn });
  if (!reader) {
    await begin(visit, run, items);
  } else if (run.maxItems !== undefined && run.maxItems < 0) {
    throw runFailed(work, thread, 'States.ItemReaderFailed', 'field MaxItems must be positive');
  } else {
    run.stage = 'reading';
    work.command({ kind: 'ReadItems', task: id, reader });
  }
  return BLOCK;
}

const sourceOf = (reader: JsonObject | undefined): string => {
  const parameters = own(reader, 'Parameters');
  const bucket = own(parameters, 'Bucket');
  const key = own(parameters, 'Key') ?? own(parameters, 'Prefix');
  return typeof bucket === 'string' ? `S3://${bucket}${typeof key === 'string' ? `/${key}` : ''}` : '';
};

/** `ItemReader` or `ResultWriter` with what it says computed: its arguments are under `Parameters` in both languages. */
async function serviceOf(visit: Visit, field: 'ItemReader' | 'ResultWriter', config: string): Promise<JsonObject> {
  const service = visit.field(field) as JsonObject;
  const made: JsonObject = {};
  if (service.Resource !== undefined) made.Resource = service.Resource;
  if (visit.language === 'JSONata') {
    if (isObject(service.Arguments)) made.Parameters = await filled(visit, service.Arguments, `${field}/Arguments`);
    if (isObject(service[config])) made[config] = await filled(visit, service[config], `${field}/${config}`);
    return made;
  }
  const scope = pathScope(visit, effectiveInput(visit));
  if (isObject(service.Parameters)) made.Parameters = fillTemplate(service.Parameters, scope);
  const settings = service[config];
  if (isObject(settings)) {
    const { MaxItemsPath: path, ...rest } = settings;
    made[config] = { ...rest, ...(typeof path === 'string' && { MaxItems: integerAt(visit, 'MaxItemsPath', path) }) };
  }
  return made;
}

function integerAt(visit: Visit, field: string, path: string): number {
  const value = lookUp(path, pathScope(visit, effectiveInput(visit)));
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  const shown = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  throw runtimeFailure(`The ${field} field refers to value "${shown}" which is not a valid integer: ${path}`);
}

async function batcherOf(visit: Visit): Promise<JsonObject> {
  const batcher = visit.field('ItemBatcher') as JsonObject;
  if (visit.language === 'JSONata') return (await filled(visit, batcher, 'ItemBatcher')) as JsonObject;
  const made: JsonObject = {};
  for (const field of ['MaxItemsPerBatch', 'MaxInputBytesPerBatch']) {
    const path = batcher[`${field}Path`];
    const value = typeof path === 'string' ? integerAt(visit, `${field}Path`, path) : batcher[field];
    if (value !== undefined) made[field] = value;
  }
  if (batcher.BatchInput !== undefined)
    made.BatchInput = fillTemplate(batcher.BatchInput, pathScope(visit, effectiveInput(visit)));
  return made;
}

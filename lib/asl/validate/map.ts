/** Checks the fields of a Map state; the states inside it are checked as a machine's are. */
import { isObject, type Json, type JsonObject, own } from '@/lib/base/json';
import { checkPath, checkTemplate, isJsonata } from './expressions';
import type { Language } from './fields';
import { checkFields, checkNumber, has } from './parts';
import type { Place, Report } from './report';

const READER = {
  fields: ['Resource', 'Parameters', 'Arguments', 'ReaderConfig'],
  resources: ['getObject', 'listObjectsV2'],
};
const READER_CONFIG = [
  'InputType',
  'CSVHeaderLocation',
  'CSVHeaders',
  'CSVDelimiter',
  'MaxItems',
  'MaxItemsPath',
  'ItemsPointer',
  'Transformation',
  'ManifestType',
];
const WRITER = { fields: ['Resource', 'Parameters', 'Arguments', 'WriterConfig'], resources: ['putObject'] };

function checkStorage(
  value: Json | undefined,
  at: Place,
  report: Report,
  language: Language,
  { fields, resources }: typeof READER,
): JsonObject | null {
  if (value === undefined || !report.type(value, ['OBJECT'], at) || !isObject(value)) return null;
  checkFields(value, fields, at, report, 'this part of a Map');
  const foreign = language === 'JSONPath' ? 'Arguments' : 'Parameters';
  if (has(value, foreign)) {
    report.schema(
      `The QueryLanguage is set to '${language}', but field '${foreign}' is only supported for the '${language === 'JSONPath' ? 'JSONata' : 'JSONPath'}' QueryLanguage`,
      at.field(foreign),
      `Write "${language === 'JSONPath' ? 'Parameters' : 'Arguments'}" instead.`,
    );
  }
  if (has(value, 'Resource') && report.type(value.Resource, ['STRING'], at.field('Resource'))) {
    const known = resources.some((action) =>
      new RegExp(`^arn:[\\w-]+:states:[\\w-]*:\\d*:s3:${action}$`).test(value.Resource as string),
    );
    if (!known)
      report.schema(
        `The resource provided ${value.Resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
        at.field('Resource'),
        `Write arn:aws:states:::s3:${resources[0]}.`,
      );
  }
  if (language === 'JSONPath' && has(value, 'Parameters'))
    checkTemplate(value.Parameters, at.field('Parameters'), report);
  return value;
}

export function checkMap(state: JsonObject, at: Place, report: Report, language: Language): void {
  if (!has(state, 'ItemProcessor') && !has(state, 'Iterator')) report.required(['ItemProcessor'], at);
  report.exclusive(state, ['ItemProcessor', 'Iterator'], at);
  report.exclusive(state, ['ItemSelector', 'Parameters'], at);
  for (const name of ['MaxConcurrency', 'ToleratedFailureCount', 'ToleratedFailurePercentage']) {
    report.exclusive(state, [name, `${name}Path`], at.field(name));
    if (language === 'JSONPath' && has(state, `${name}Path`))
      checkPath(state[`${name}Path`], at.field(`${name}Path`), report, { reference: true });
  }
  checkNumber(state, 'MaxConcurrency', at, report, language, { max: Number.POSITIVE_INFINITY });
  checkNumber(state, 'ToleratedFailureCount', at, report, language);
  checkNumber(state, 'ToleratedFailurePercentage', at, report, language, { max: 100, whole: false });
  if (language === 'JSONPath') {
    if (has(state, 'ItemsPath')) checkPath(state.ItemsPath, at.field('ItemsPath'), report, { reference: true });
    if (has(state, 'ItemSelector')) checkTemplate(state.ItemSelector, at.field('ItemSelector'), report);
  } else if (has(state, 'Items') && !Array.isArray(state.Items) && !isObject(state.Items) && !isJsonata(state.Items)) {
    report.schema(
      'Expected value of type [ARRAY] or a JSONata expression',
      at.field('Items'),
      'Write a list, or {% … %} around an expression for one.',
    );
  }
  if (
    has(state, 'Label') &&
    report.type(state.Label, ['STRING'], at.field('Label')) &&
    (state.Label as string).length > 40
  ) {
    report.schema('Value is longer than 40 characters', at.field('Label'), 'Choose a shorter label.');
  }
  const reader = checkStorage(state.ItemReader, at.field('ItemReader'), report, language, READER);
  const config = reader && own(reader, 'ReaderConfig');
  if (config) checkReaderConfig(config, at.field('ItemReader').field('ReaderConfig'), report, language);
  const writer = checkStorage(state.ResultWriter, at.field('ResultWriter'), report, language, WRITER);
  if (writer && !has(writer, 'Resource') && !has(writer, 'WriterConfig'))
    report.required(['Resource'], at.field('ResultWriter'));
  const batcher = state.ItemBatcher;
  if (batcher !== undefined && report.type(batcher, ['OBJECT'], at.field('ItemBatcher')) && isObject(batcher)) {
    const place = at.field('ItemBatcher');
    checkNumber(batcher, 'MaxItemsPerBatch', place, report, language, { min: 1 });
    checkNumber(batcher, 'MaxInputBytesPerBatch', place, report, language, { min: 1, max: 262_144 });
    if (language === 'JSONPath') checkTemplate(batcher.BatchInput, place.field('BatchInput'), report);
  }
}

function checkReaderConfig(config: Json, at: Place, report: Report, language: Language): void {
  if (!report.type(config, ['OBJECT'], at) || !isObject(config)) return;
  checkFields(config, READER_CONFIG, at, report, 'a ReaderConfig');
  if (has(config, 'InputType'))
    report.oneOf(config.InputType, ['CSV', 'JSON', 'JSONL', 'PARQUET', 'MANIFEST'], at.field('InputType'));
  if (has(config, 'CSVHeaderLocation'))
    report.oneOf(config.CSVHeaderLocation, ['FIRST_ROW', 'GIVEN'], at.field('CSVHeaderLocation'));
  if (has(config, 'ItemsPointer')) report.type(config.ItemsPointer, ['STRING'], at.field('ItemsPointer'));
  report.exclusive(config, ['MaxItems', 'MaxItemsPath'], at);
  checkNumber(config, 'MaxItems', at, report, language);
  if (language === 'JSONPath' && has(config, 'MaxItemsPath'))
    checkPath(config.MaxItemsPath, at.field('MaxItemsPath'), report, { reference: true });
}

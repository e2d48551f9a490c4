import { expect, test } from 'vitest';
import { READERS, readReader, readWriter, withNumber, writeReader, writeWriter } from './map-settings';

test.each(READERS.map(({ value }) => value))('a reader of %s is written and read back, in both languages', (from) => {
  for (const language of ['JSONata', 'JSONPath'] as const) {
    const bucket = language === 'JSONata' ? '{% $bucket %}' : '$.bucket';
    const reader = { from, bucket, key: 'orders.csv', header: true, maxItems: 10 };
    expect(readReader(writeReader(reader, language), language)).toEqual(reader);
  }
});

test('in JSONPath a path is marked by its name', () => {
  const made = writeReader(
    { from: 'csv', bucket: '$.bucket', key: 'a.csv', header: true, maxItems: undefined },
    'JSONPath',
  );
  expect(made).toEqual({
    Resource: 'arn:aws:states:::s3:getObject',
    Parameters: { 'Bucket.$': '$.bucket', Key: 'a.csv' },
    ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' },
  });
});

test('what the fields do not know stays', () => {
  const before = {
    Resource: 'arn:aws:states:::s3:getObject',
    Arguments: { Bucket: 'b', Key: 'k', ExpectedBucketOwner: '1' },
    ReaderConfig: { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a'], CSVDelimiter: 'PIPE' },
  };
  const reader = readReader(before, 'JSONata')!;
  expect(writeReader(reader, 'JSONata', before)).toEqual(before);
  expect(writeReader({ ...reader, from: 'objects' }, 'JSONata', before)).toMatchObject({
    Arguments: { Bucket: 'b', Prefix: 'k', ExpectedBucketOwner: '1' },
  });
  expect(readReader({ Resource: 'arn:aws:states:::dynamodb:scan' }, 'JSONata')).toBeNull();
});

test('a writer, and numbers that may be absent', () => {
  const writer = { bucket: 'b', prefix: 'results' };
  expect(readWriter(writeWriter(writer, 'JSONata', { WriterConfig: { Transformation: 'NONE' } }), 'JSONata')).toEqual(
    writer,
  );
  expect(withNumber({ MaxItemsPerBatch: 5 }, 'MaxItemsPerBatch', undefined)).toBeUndefined();
  expect(withNumber(undefined, 'MaxItemsPerBatch', 5)).toEqual({ MaxItemsPerBatch: 5 });
});

import { expect, test } from 'vitest';
import { fillPlaceholders, placeholdersIn } from './placeholders';

const DEFINITION = {
  StartAt: 'A',
  States: {
    A: {
      Type: 'Task',
      Resource: '${LoadFunctionArn}',
      Parameters: { 'FunctionName.$': '$.f', text: 'Hello ${name}!' },
    },
    B: {
      Type: 'Task',
      Resource: 'arn:${AWS::Partition}:states:::lambda:invoke',
      Parameters: { FunctionName: '${Other}' },
    },
    C: { Type: 'Task', Resource: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Parameters: { Bucket: { Ref: 'Files' } } },
  },
};

test('each is found once; a text that mentions ${name} among other words is none', () => {
  expect(placeholdersIn(DEFINITION)).toEqual(['LoadFunctionArn', 'AWS::Partition', 'Other', 'Fn.Arn', 'Files']);
  expect(placeholdersIn({ Output: "{% '${x}' %}", Comment: '$x', Ref: 1 })).toEqual([]);
});

test('what has a value is filled in, the rest stays', () => {
  const filled = fillPlaceholders(DEFINITION, {
    LoadFunctionArn: 'arn:x',
    'AWS::Partition': 'aws',
    'Fn.Arn': 'arn:y',
    Files: '',
  });
  expect(filled.States).toMatchObject({
    A: { Resource: 'arn:x', Parameters: { text: 'Hello ${name}!' } },
    B: { Resource: 'arn:aws:states:::lambda:invoke', Parameters: { FunctionName: '${Other}' } },
    C: { Resource: 'arn:y', Parameters: { Bucket: { Ref: 'Files' } } },
  });
  expect(DEFINITION.States.A.Resource).toBe('${LoadFunctionArn}');
});

'use server';
import type { Result } from '@/lib/base/problem';
import type { Mapping, WorkflowDocument } from '@/lib/graph/schema';
import { EvaluateMapping, evaluateMapping, ReadSample, readSample } from '@/lib/usecases/samples';
import type { EvaluationView, SampleSource, SampleView } from '@/lib/usecases/types';
import { answer } from './answer';

type Place = { workflowId: string; document: WorkflowDocument; node: string; source: SampleSource };

/** What a step would see, of a run or as an example. */
export async function readSampleAction(form: Place): Promise<Result<SampleView>> {
  return answer(ReadSample, form, readSample);
}

/** What a mapping comes to over that data. Evaluated where it can be stopped. */
export async function evaluateMappingAction(
  form: Place & { mapping: Mapping; phase?: 'before' | 'after' | 'error' },
): Promise<Result<EvaluationView>> {
  return answer(EvaluateMapping, form, evaluateMapping);
}

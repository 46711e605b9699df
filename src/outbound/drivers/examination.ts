// `test` steps that HTTP Drivers share: look-up of a made-up record, first page.
import type { ExaminationStepName } from '../../domain/examination.ts';
import { toMatchKeys } from '../../domain/record.ts';
import { TargetUnavailable } from '../../domain/errors.ts';
import { showCount } from '../../domain/wording.ts';
import type { Examined, ExaminationStep, Found } from './driver.ts';

/** A step that this Connector has no call for. */
export function notAvailable(step: ExaminationStepName, message: string): ExaminationStep {
  return { step, needed: false, run: () => Promise.resolve({ message, notAvailable: true }) };
}

/**
 * Judges the result of a look-up with made-up values.
 * @throws {TargetUnavailable} when it found records: a person on a later page would then not be found, and would be created twice.
 */
export function checkMadeUpLookUp(found: number, call: string): Examined {
  if (found === 0) return { message: `${call} finds no record for a made-up person` };
  throw new TargetUnavailable(
    `${call} finds ${showCount(found, 'record', 'records')} for a made-up person: the product ignores the filter`,
    {
      hint: 'Correct the parameters of find in the connector. With this filter, people would be created twice.',
    },
  );
}

/**
 * Judges a page of records: the number of records, and of those with match fields.
 * @throws {TargetUnavailable} if there are records but none has the fields of any entry of `match`. No person could then be matched, and
 * each would be created a second time.
 */
export function checkPage(call: string, records: readonly Found[], match: readonly (readonly string[])[], hint: string): Examined {
  if (records.length === 0) return { message: `${call} returns no records` };
  const matchable = records.filter(({ record }) => toMatchKeys(match, record).length > 0).length;
  const names = match.map((fields) => fields.join(' + ')).join(' or ');
  if (matchable === 0) {
    throw new TargetUnavailable(`${call} returns ${showCount(records.length, 'record', 'records')}, none with ${names}`, { hint });
  }
  const withFields = matchable === records.length ? 'all' : `${matchable}`;
  const message = `${call} returns ${showCount(records.length, 'record', 'records')} on the first page, ${withFields} with ${names}`;
  return matchable === records.length ? { message } : { message, hint };
}

// Steps of the command `test` that the HTTP Drivers share: the look-up of a made-up record, and the first page of records.
import type { ExaminationStepName } from '../../domain/examination.ts';
import { toMatchKeys } from '../../domain/record.ts';
import { TargetUnavailable } from '../../domain/errors.ts';
import { showCount } from '../../domain/wording.ts';
import type { Examined, ExaminationStep, Found } from './driver.ts';

/** A step that reports only that the Connector does not define its call. */
export function notAvailable(step: ExaminationStepName, message: string): ExaminationStep {
  return { step, needed: false, run: () => Promise.resolve({ message, notAvailable: true }) };
}

/**
 * Checks the result of a look-up with made-up values.
 * @throws {TargetUnavailable} if it found records: the product ignores the search, so a person on a later page would not be found and would
 * be created again.
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
 * Checks a page of records, and reports the number of records and of those with match fields.
 * @throws {TargetUnavailable} if there are records but none has the fields of any alternative of `match`: no person could be matched, and
 * each would be created again.
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

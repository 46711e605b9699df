// Reports changes of leaver delays in a preview.
import type { ClockGroupReport, ClocksReport } from '../../../admin/reports/plan-report.ts';
import type { TargetDefinition } from '../../../domain/target.ts';
import type { ClockGroup } from '../../engine/clock-changes.ts';
import type { Preview } from '../../engine/preview.ts';
import { labelPerson } from './person-label.ts';

/** The leaver clocks of a preview, with the first people named as commands name them. */
export function toClocksReport(
  { clocks: { begins, changes, ends }, clockHold }: Pick<Preview, 'clocks' | 'clockHold'>,
  { match }: Pick<TargetDefinition, 'match'>,
): ClocksReport {
  const toGroups = (groups: readonly ClockGroup[]): readonly ClockGroupReport[] =>
    groups.map((group) => ({ ...group, first: group.first.map((one) => labelPerson(one.view, one, match)) }));
  return {
    begins: toGroups(begins),
    changes: toGroups(changes),
    ends: toGroups(ends),
    ...(clockHold !== undefined && { hold: clockHold }),
  };
}

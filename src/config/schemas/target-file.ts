// The Zod schema of `targets/NAME.yaml`.
import { z } from 'zod';
import { findCronFault } from '../../domain/cron.ts';
import { leavers, mappingRules, rowsSettings, scopeRule } from './rule-schemas.ts';
import { durationText, nameText, shareText } from './setting-quantities.ts';

const schedule = z
  .strictObject({
    onChange: z.boolean().default(true).describe('Plan shortly after each change. If false, plan only at `reconcile`.'),
    reconcile: z
      .string()
      .superRefine((reconcile, context) => addFault(context, { reconcile }))
      .optional()
      .describe('Cron expression for full reconciles, in single quotes.'),
    timezone: z
      .string()
      .superRefine((timezone, context) => addFault(context, { timezone }))
      .optional()
      .describe("Time zone of `reconcile`, such as Europe/London. If not set, the daemon's time zone is used."),
  })
  .describe('When changes for the target are planned.');

const guard = z
  .strictObject({
    removals: z
      .strictObject({
        most: z.int().min(0).default(25).describe('Max removals within the time window. Removals above this number are put on hold.'),
        share: shareText.prefault('5%').describe('Max removals as a share of the active records. Not checked for fewer than 4 removals.'),
        within: durationText.prefault('24h').describe('Time window in which removals are counted.'),
        wait: durationText.prefault('0s').describe('How long a removal stays queued before it is sent.'),
      })
      .prefault({})
      .describe('Limit for deactivations, deletions and rows that are missing from the next full file.'),
    changes: z
      .strictObject({
        share: shareText
          .prefault('30%')
          .describe('Max changed records as a share of the active records. Not checked for fewer than 50 changes.'),
        within: durationText.prefault('1h').describe('Time window in which changes are counted.'),
      })
      .prefault({})
      .describe('Limit for changes to existing records.'),
  })
  .describe('Holds removals and mass changes above a limit until an operator accepts them.');

/** Schema of `targets/NAME.yaml`, which describes one installation of a product at this site. */
export const targetFile = z
  .strictObject({
    target: nameText.describe('Name of the target. The file has the same name.'),
    connector: nameText.describe('Name of the connector.'),
    settings: z
      .looseObject({ rows: rowsSettings.partial().optional().describe('Overrides keys of `rows` in the connector.') })
      .default({})
      .describe(
        'Address, credentials, drop folder and other settings of the driver. They override the settings of the connector, key by key.',
      ),
    tables: z
      .record(z.string(), z.record(z.string(), z.string()))
      .default({})
      .describe('Tables for lookup("name", text), by name. The keys of a table are not case-sensitive.'),
    source: nameText
      .optional()
      .describe(
        'Only people from this source are in scope; this is the last condition of the scope. If not set, people from every source can be in scope.',
      ),
    scope: z
      .array(scopeRule)
      .default([])
      .describe('Conditions that a person must meet to get a record in the target; all must be true. If empty, everyone gets a record.'),
    mapping: mappingRules.default({}).describe('Fields of the mapping that replace or extend those of the connector.'),
    leavers: leavers.optional(),
    schedule: schedule.prefault({}),
    guard: guard.prefault({}),
  })
  .describe('A target: one visitor system of this site.');

/** A Target's file, parsed. */
export type TargetFile = z.output<typeof targetFile>;

function addFault(context: z.core.$RefinementCtx<string>, part: Parameters<typeof findCronFault>[0]): void {
  const fault = findCronFault(part);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault.message, params: { hint: fault.hint } });
}

import { z } from 'zod';
import { findCronFault } from '../domain/cron.ts';
import { leavers, mappingRules, rowsSettings, scopeRule } from './rule-schemas.ts';
import { durationText, nameText, shareText } from './quantities.ts';

const schedule = z
  .strictObject({
    onChange: z.boolean().default(true).describe('Plan shortly after a change; false: only at reconcile.'),
    reconcile: z
      .string()
      .superRefine((reconcile, context) => addFault(context, { reconcile }))
      .optional()
      .describe('Cron expression of full reconciles, in single quotes; none when missing.'),
    timezone: z
      .string()
      .superRefine((timezone, context) => addFault(context, { timezone }))
      .optional()
      .describe("Time zone of reconcile (IANA name); the daemon's own when missing."),
  })
  .describe('When the Target is looked at.');

const guard = z
  .strictObject({
    removals: z
      .strictObject({
        most: z.int().min(0).default(25).describe('Most removals within the time.'),
        share: shareText.default(0.05).describe('Most removals as a share of the active records; counts from 4 removals on.'),
        within: durationText.default(86_400_000).describe('The time that is looked back.'),
        wait: durationText.default(0).describe('How long a removal stays queued before it goes.'),
      })
      .prefault({})
      .describe('Deactivations, deletions and rows that drop out of a full file.'),
    changes: z
      .strictObject({
        share: shareText.default(0.3).describe('Most changed records as a share of the active ones; counts from 50 on.'),
        within: durationText.default(3_600_000).describe('The time that is looked back.'),
      })
      .prefault({})
      .describe('Changes of records that are there.'),
  })
  .describe('Holds removals and mass changes that are too many, until a person accepts them. Either limit counts.');

/** Schema of `targets/NAME.yaml`: what is true for this site. */
export const targetFile = z
  .strictObject({
    target: nameText.describe('Name of the Target: that of its file.'),
    connector: nameText.describe('Name of its Connector.'),
    settings: z
      .looseObject({ rows: rowsSettings.partial().optional().describe("Replaces keys of the Connector's rows.") })
      .default({})
      .describe('Address, credentials, drop: laid over the settings of the Connector, key by key.'),
    tables: z
      .record(z.string(), z.record(z.string(), z.string()))
      .default({})
      .describe('Tables for lookup("name", text); upper and lower case do not matter.'),
    source: nameText
      .optional()
      .describe(
        'Name of the source whose people belong there, such as hr; everybody of every source when missing. The last condition of the scope.',
      ),
    scope: z.array(scopeRule).default([]).describe('Conditions that must all hold for a person to be there; everybody when empty.'),
    mapping: mappingRules.default({}).describe('Fields that replace those of the Connector, or are added to them.'),
    leavers: leavers.optional(),
    schedule: schedule.prefault({}),
    guard: guard.prefault({}),
  })
  .describe('A Target of Vestibule: one visitor system of this site.');

/** A Target's file, parsed. */
export type TargetFile = z.output<typeof targetFile>;

function addFault(context: z.core.$RefinementCtx<string>, part: Parameters<typeof findCronFault>[0]): void {
  const fault = findCronFault(part);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: fault.message, params: { hint: fault.hint } });
}

// The schema of scim settings.
import { z } from 'zod';
import { httpSettings } from '../http-settings.ts';

/** The `settings` of a `scim` Connector and its Targets, merged. */
export const scimSettings = z.strictObject({
  ...httpSettings,
  groups: z
    .literal(false, 'can only be false: people are delivered, groups are not')
    .default(false)
    .describe('Groups at the product stay as they are.'),
  update: z
    .enum(['patch', 'put'])
    .default('patch')
    .describe(
      'How a change is sent. patch: only the fields of the mapping; put: the whole person, so anything that the product added is lost.',
    ),
});

/** Parsed settings of a `scim` Target. */
export type ScimSettings = z.output<typeof scimSettings>;

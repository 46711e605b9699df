// The schema of scim settings.
import { z } from 'zod';
import { httpSettings } from '../http-settings.ts';

/** The `settings` of a `scim` Connector and its Targets, merged. */
export const scimSettings = z.strictObject({
  ...httpSettings,
  groups: z
    .literal(false, 'must be false: groups are not provisioned')
    .default(false)
    .describe('Must be false: groups are not provisioned.'),
  update: z
    .enum(['patch', 'put'])
    .default('patch')
    .describe(
      'How a change is sent. patch: only the fields of the mapping. put: the whole person, so all other values in the product are lost.',
    ),
});

/** Parsed settings of a `scim` Target. */
export type ScimSettings = z.output<typeof scimSettings>;

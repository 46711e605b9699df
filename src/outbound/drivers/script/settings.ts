// The schema of script settings.
import { z } from 'zod';
import { duration, timeout } from '../setting-units.ts';

/** The `settings` of a `script` Connector and its Targets, merged. */
export const scriptSettings = z.strictObject({
  command: z
    .array(z.string())
    .min(1)
    .refine(([program]) => program !== '', 'must begin with the name of a program')
    .describe('Program and arguments, started without a shell in the folder of the connector. Relative paths begin in this folder.'),
  asks: z
    .array(z.enum(['find', 'list', 'confirm', 'probe']))
    .default([])
    .describe(
      'Supported requests other than actions: find (look up by match fields), list (all people), confirm (the result of an accepted action), probe (a test of the connection).',
    ),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is not a valid variable name'), z.string())
    .default({})
    .describe(
      "Variables for the script, in addition to PATH and the needs of its connector; the script does not inherit the daemon's environment. The log never contains their values.",
    ),
  batch: z.int().min(1).max(1000).default(100).describe('Max number of people in one line, 1 to 1000.'),
  timeout: timeout
    .default(120_000)
    .describe('Max wait for all answers to one line. After that, the script is killed, and people without an answer are in doubt.'),
  repeatable: z.boolean().default(false).describe('True if repeating a create does not create a second record.'),
  visibleAfter: duration.default(0).describe('Time after a write until find is sure to return the record.'),
});

/** Parsed settings of a `script` Target. Durations are in milliseconds. */
export type ScriptSettings = z.output<typeof scriptSettings>;

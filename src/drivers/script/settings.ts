import { z } from 'zod';
import { duration, timeout } from '../setting-units.ts';

/** The `settings` of a `script` Connector and its Targets, merged. */
export const scriptSettings = z.strictObject({
  command: z
    .array(z.string())
    .min(1)
    .refine(([program]) => program !== '', 'begins with the name of a program')
    .describe('Program and arguments, started without a shell in the folder of the Connector: relative paths begin there.'),
  asks: z
    .array(z.enum(['find', 'list', 'confirm', 'probe']))
    .default([])
    .describe(
      'What the script answers besides the actions: find (who has these match fields), list (everybody), confirm (what became of an accepted), probe (would it work).',
    ),
  environment: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'is not the name of a variable'), z.string())
    .default({})
    .describe(
      "Variables that the script gets, beside PATH and what its Connector declares under needs: the daemon's own environment is withheld. Their values do not appear in the log.",
    ),
  batch: z.int().min(1).max(1000).default(100).describe('Most people in one line, 1 to 1000.'),
  timeout: timeout
    .default(120_000)
    .describe('Longest wait for all answers to one line; then the script is ended, and who has none is in doubt.'),
  repeatable: z.boolean().default(false).describe('A repeated create makes one record.'),
  visibleAfter: duration.default(0).describe('How long after a write find may still miss it.'),
});

/** Parsed settings of a `script` Target. Durations are in milliseconds. */
export type ScriptSettings = z.output<typeof scriptSettings>;

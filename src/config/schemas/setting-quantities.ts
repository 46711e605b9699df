// Zod schemas of durations, percentages and names in configuration files.
import { z } from 'zod';
import { durationPattern, toMilliseconds } from '../../domain/duration.ts';
import { namePattern, nameRule } from '../../domain/name-rule.ts';

/** A duration (`500ms`, `30s`, `15m`, `24h`, `30d`); the output is in milliseconds. */
export const durationText = z
  .string('Write a duration such as 30s, 15m, 24h or 30d.')
  .regex(durationPattern, 'is not a duration. Write a duration such as 30s, 15m, 24h or 30d.')
  .meta({ title: 'duration' })
  .transform(toMilliseconds);

/** A percentage (`5%`, `2.5%`, up to 100%); the output is from 0 to 1. */
export const shareText = z
  .string('Write a percentage such as 5%.')
  .regex(/^\d{1,3}(\.\d+)?%$/, 'is not a percentage. Write a percentage such as 5%.')
  .meta({ title: 'percentage' })
  .transform((text) => Number.parseFloat(text) / 100)
  .refine((share) => share <= 1, 'is more than 100%. Write 100% or less.');

/** Name of a Target, Connector or Source: letters, digits, `-` and `_`. */
export const nameText = z.string().regex(namePattern, `is not a valid name. ${nameRule}`).meta({ title: 'name' });

// Schemas of durations and rates in driver settings.
import { z } from 'zod';
import { durationPattern, toMilliseconds } from '../../domain/duration.ts';

/** Max time-out: a timer of Node ends immediately if it is set for more than 24.8 days, and no product responds after a day. */
const maxTimeoutMs = 86_400_000;

const rateSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Schema of a duration as written (`500ms`, `30s`, `15m`, `24h`, `30d`); parsed to whole milliseconds, 0 or more. */
export const duration = z
  .string()
  .regex(durationPattern, 'is not a duration. Write a duration such as 30s, 15m, 24h or 30d.')
  .transform(toMilliseconds);

/** Schema of a time-out for a response: a duration of at most a day. */
export const timeout = duration.refine((ms) => ms <= maxTimeoutMs, 'is longer than 24h');

/** Schema of a rate as written (`10/s`, `300/m`, `5000/h`); parsed to calls per second, above 0. */
export const rate = z
  .string()
  .regex(/^[1-9]\d*\/(s|m|h)$/, 'is not a rate. Write a rate such as 10/s or 300/m.')
  .transform((text) => {
    const [count = '', unit = ''] = text.split('/');
    return Number(count) / (rateSeconds[unit] ?? Number.NaN);
  });

// Parses durations such as `30s` or `15m`.
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The format of durations in files and options: `500ms`, `30s`, `15m`, `24h`, `30d`. */
export const durationPattern = /^\d{1,6}(?:ms|s|m|h|d)$/;

/** Converts a duration to whole milliseconds, 0 or more. @throws {Error} a bug: the text does not match {@link durationPattern}. */
export function toMilliseconds(text: string): number {
  const ms = Number.parseInt(text, 10) * (unitMs[text.replace(/^\d+/, '')] ?? Number.NaN);
  if (Number.isNaN(ms)) throw new Error(`${text} is not a duration`);
  return ms;
}

// Parses and compares date-times with fractions finer than milliseconds.
/** A point in time, more precise than `Date`: Entra's test traffic has seven fraction digits (docs/entra-facts.md#postman-collections). */
export interface Instant {
  /** Whole seconds since 1970, negative before. */
  readonly seconds: number;
  /** 0 to below 1. */
  readonly fraction: number;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))?)?$/i;

/**
 * Parses an xsd:dateTime (RFC 7643 §2.3.5). A time without a zone is UTC. A date without a time, such as a hire date, means midnight.
 * Undefined if the text is not a date-time.
 */
export function parseDateTime(text: string): Instant | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [year, month, day, hours, minutes, seconds] = match.slice(1, 7).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  // Hour 24 is valid only as 24:00:00, the end of the day (xsd:dateTime, XML Schema part 2 §3.2.7.1).
  if (hours > 24 || (hours === 24 && minutes + seconds + Number(match[7] ?? 0) > 0)) return undefined;
  const date = new Date(0);
  // Not Date.UTC, which reads the years 0 to 99 as 1900 to 1999: Microsoft's tests use year 1 (docs/entra-facts.md#postman-collections).
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day || minutes > 59 || seconds > 60) return undefined;
  const offsetMinutes = Number(`${match[8] ?? ''}1`) * (Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0));
  return {
    seconds: date.getTime() / 1000 + hours * 3600 + (minutes - offsetMinutes) * 60 + seconds,
    fraction: Number(match[7] ?? 0),
  };
}

/** Negative if `a` is before `b`, 0 if they are the same point in time, positive if `a` is after `b`. */
export function compareInstants(a: Instant, b: Instant): number {
  return a.seconds - b.seconds || a.fraction - b.fraction;
}

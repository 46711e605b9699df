// Converts the date fields of admin API responses from ISO 8601 text to `Date`.
/** Names of the date fields of the admin API. They are ISO 8601 text in JSON and `Date` in code. */
export const dateFields: ReadonlySet<string> = new Set([
  'answeredAt',
  'at',
  'createdAt',
  'cycleEndsAt',
  'downUntil',
  'dueAt',
  'expiresAt',
  'lastHeard',
  'lastUsedAt',
  'lastWrite',
  'notBefore',
  'now',
  'reconciledAt',
  'revokedAt',
  'settledAt',
  'since',
  'succeededAt',
  'wasDueAt',
]);

/** Names of fields with a site's own values. Names inside them are not interpreted, because a product may have a column `at`. */
export const foreignFields: ReadonlySet<string> = new Set(['rows', 'record', 'sent', 'values', 'before', 'after']);

/** Converts the date fields of a JSON response to `Date`. Creates new objects; an invalid date stays text. */
export function reviveDates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reviveDates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, reviveField(name, part)]));
}

function reviveField(name: string, part: unknown): unknown {
  if (foreignFields.has(name)) return part;
  if (!dateFields.has(name) || typeof part !== 'string') return reviveDates(part);
  const date = new Date(part);
  return Number.isNaN(date.getTime()) ? part : date;
}

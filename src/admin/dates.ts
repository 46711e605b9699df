// Converts the date fields of admin API answers from ISO 8601 text to `Date`.
/** Names of the fields of the admin API that hold a moment. They travel as ISO 8601 texts and are `Date` on both ends. */
export const dateFields: ReadonlySet<string> = new Set([
  'answeredAt',
  'at',
  'createdAt',
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

/** Names of the fields that hold values of a site's own, whose inner names mean nothing to us: a product may call a column `at`. */
export const foreignFields: ReadonlySet<string> = new Set(['rows', 'record', 'sent', 'values', 'before', 'after']);

/** The value of a JSON answer with its moments as `Date` again. Builds new objects; what is no valid moment stays a text. */
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

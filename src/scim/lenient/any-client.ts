/** Numbers as text, from clients whose source knows only text; anything else is given back. */
export function numericText(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

/**
 * The value under a name that is compared without case: `startindex` (fact sheet §7.3), `operations`. The exact
 * spelling wins; undefined when there is none.
 */
export function findIgnoringCase(object: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  const key = Object.keys(object).find((one) => one.toLowerCase() === lower);
  return key === undefined ? undefined : object[key];
}

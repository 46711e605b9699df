// Checks that a stored value has the structure of a Target definition.
/**
 * Describes why a stored value is not a TargetDefinition of this release, such as `mapping.Email is not a map of keys`; `undefined` if it
 * is a definition of the Target `name`. An older release or a manual edit of the database can leave any value. Checks only the structure:
 * expressions and Driver settings are checked where they are used.
 */
export function findShapeFault(value: unknown, name: string): string | undefined {
  const fault = definition(value, []);
  if (fault !== undefined) return fault;
  const { target } = value as { readonly target: string };
  return target === name ? undefined : `target is ${target}, not ${name}`;
}

/** Describes the fault of the value at a path, or returns `undefined`. */
type Check = (value: unknown, path: readonly string[]) => string | undefined;

/** Max depth of settings: hashing and comparing deeper settings would exhaust the stack. */
const maxDepth = 100;

const is =
  (word: string, test: (value: unknown) => boolean): Check =>
  (value, path) =>
    test(value) ? undefined : `${place(path)} is ${value === undefined ? 'missing' : `not ${word}`}`;

const text = is('text', (value) => typeof value === 'string');
const flag = is('true or false', (value) => typeof value === 'boolean');
const amount = is('a number', (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0);
const constant = is('text, a number, true or false', (value) => ['string', 'number', 'boolean'].includes(typeof value));
const map = is('a map of keys', (value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const list = is('a list', Array.isArray);

const oneOf = (...words: readonly string[]) => is(`one of: ${words.join(', ')}`, (value) => words.some((word) => word === value));

const optional =
  (check: Check): Check =>
  (value, path) =>
    value === undefined ? undefined : check(value, path);

const listOf =
  (check: Check): Check =>
  (value, path) =>
    list(value, path) ?? firstFault(Object.entries(value as readonly unknown[]), () => check, path);

const mapOf =
  (check: Check): Check =>
  (value, path) =>
    map(value, path) ?? firstFault(Object.entries(value as object), () => check, path);

/** Checks the listed keys; other keys are ignored. */
const shape =
  (parts: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    const fault = map(value, path);
    if (fault !== undefined) return fault;
    const own = Object.entries(parts).map(([key]): [string, unknown] => [
      key,
      Object.hasOwn(value as object, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined,
    ]);
    return firstFault(own, (key) => parts[key] ?? text, path);
  };

const anything: Check = (value, path) => {
  if (path.length > maxDepth) return `${place(path.slice(0, 3))} is nested more than ${maxDepth} levels deep`;
  if (typeof value !== 'object' || value === null) return undefined;
  return firstFault(Object.entries(value), () => anything, path);
};

function firstFault(
  entries: readonly (readonly [string, unknown])[],
  checkOf: (key: string) => Check,
  path: readonly string[],
): string | undefined {
  for (const [key, value] of entries) {
    const fault = checkOf(key)(value, [...path, key]);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function place(path: readonly string[]): string {
  return path.length === 0 ? 'the definition' : path.join('.');
}

const steps = listOf(shape({ do: oneOf('deactivate', 'delete'), afterMs: amount }));

const definition = shape({
  target: text,
  connector: text,
  title: text,
  driver: text,
  folder: text,
  can: listOf(oneOf('create', 'update', 'deactivate', 'delete')),
  absent: optional(oneOf('kept', 'removed', 'disabled')),
  match: listOf(listOf(text)),
  settings: mapOf(anything),
  values: optional(mapOf(shape({ text, secret: flag }))),
  ownSettings: optional(listOf(text)),
  tables: mapOf(mapOf(text)),
  scope: listOf(shape({ name: text, rule: text, leavers: optional(steps) })),
  mapping: mapOf(
    shape({
      from: optional(text),
      value: optional(constant),
      empty: optional(oneOf('send', 'omit', 'hold')),
      max: optional(amount),
      long: optional(oneOf('hold', 'cut', 'omit')),
    }),
  ),
  rows: optional(shape({ each: text, as: text, none: oneOf('one', 'hold') })),
  leavers: shape({ gone: optional(steps), inactive: optional(steps), outOfScope: optional(steps) }),
  schedule: shape({ onChange: flag, reconcile: optional(text), timezone: optional(text) }),
  guard: shape({
    removals: shape({ most: amount, share: amount, withinMs: amount, waitMs: amount }),
    changes: shape({ share: amount, withinMs: amount }),
  }),
  groupIds: mapOf(listOf(text)),
});

// Computes the index keys of a person.
import { managerIdOf } from '../../../domain/person-view.ts';
import { fold } from '../../../scim/case-folding.ts';
import { isActive, type ScimUser } from '../../../scim/resource.ts';

/** One address of a Person as indexed. */
export interface EmailKey {
  readonly key: string;
  /** One of its elements of this address has the type `work`. */
  readonly work: boolean;
}

/** The index keys of a User document. Null where the document has no value. */
export interface PersonKeys {
  readonly userKey: string;
  readonly externalId: string | null;
  readonly display: string | null;
  readonly displayKey: string | null;
  /** The manager as the Source named it. */
  readonly managerRef: string | null;
  readonly active: boolean;
  /** Each address once. */
  readonly emails: readonly EmailKey[];
}

/** Extracts the indexed values of a User document. Pure. */
export function toPersonKeys(user: ScimUser): PersonKeys {
  const display = user.displayName ?? null;
  return {
    userKey: fold(user.userName),
    externalId: user.externalId ?? null,
    display,
    displayKey: display === null ? null : fold(display),
    managerRef: managerIdOf(user) ?? null,
    active: isActive(user),
    emails: toEmailKeys(user),
  };
}

function toEmailKeys(user: ScimUser): readonly EmailKey[] {
  const works = new Map<string, boolean>();
  for (const { value, type } of user.emails ?? []) {
    if (value === undefined) continue;
    const key = fold(value);
    works.set(key, works.get(key) === true || (type !== undefined && fold(type) === 'work'));
  }
  return [...works].map(([key, work]) => ({ key, work }));
}

/** True when a row of `persons` with these keys need not touch an index. */
export function haveSameKeys(a: PersonKeys, b: PersonKeys): boolean {
  return (
    a.userKey === b.userKey &&
    a.externalId === b.externalId &&
    a.display === b.display &&
    a.managerRef === b.managerRef &&
    a.active === b.active
  );
}

/** True if the same addresses are indexed in the same way, in any order. */
export function haveSameEmails(a: PersonKeys, b: PersonKeys): boolean {
  return (
    a.emails.length === b.emails.length &&
    a.emails.every((one) => b.emails.some((other) => other.key === one.key && other.work === one.work))
  );
}

// Extracts the values by which a person is indexed.
import { managerIdOf } from '../../../domain/person-view.ts';
import { fold } from '../../../scim/case-folding.ts';
import { isActive, type ScimUser } from '../../../scim/resource.ts';

/** An e-mail address of a Person in the index. */
export interface EmailKey {
  readonly key: string;
  /** True if one of the elements with this address has the type `work`. */
  readonly work: boolean;
}

/** The indexed values of a User document; null if the document has no value. */
export interface PersonKeys {
  readonly userKey: string;
  readonly externalId: string | null;
  readonly display: string | null;
  readonly displayKey: string | null;
  /** The manager as sent by the Source. */
  readonly managerRef: string | null;
  readonly active: boolean;
  /** E-mail addresses, without duplicates. */
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

/** True if no index must change when a row of `persons` gets these keys. */
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

// Computes the records that each visitor system should contain, and compares them with its actual records.
import type { EntraDirectory, EntraPerson } from '../entra-directory.ts';

/** One record of a visitor system. `number` is the employee number, by which the demo compares. */
export interface HeldRecord {
  readonly number: string;
  readonly active: boolean;
  readonly familyName: string;
  readonly title: string;
}

/** The expected result at one visitor system, defined independently of its configuration files. */
export interface DemoRules {
  /** Why a person has no valid row at this system; `undefined` if the person has one. */
  holdsBack(person: EntraPerson): string | undefined;
  /** The state of the record of a disabled person, and below, of a deleted person. */
  readonly disabled: 'inactive' | 'absent';
  readonly deleted: 'inactive' | 'absent';
  /** The title as it is sent to the system. */
  toTitle(title: string): string;
}

/** The records that a system should contain after the `deleted` people were permanently deleted from the directory. Sorted by number. */
export function expectRecords(directory: EntraDirectory, deleted: readonly EntraPerson[], rules: DemoRules): readonly HeldRecord[] {
  const present = directory.people.flatMap((person) => {
    if (rules.holdsBack(person) !== undefined) return [];
    if (person.accountEnabled) return [toHeld(person, true, rules)];
    return rules.disabled === 'inactive' ? [toHeld(person, false, rules)] : [];
  });
  const left = rules.deleted === 'inactive' ? deleted.map((person) => toHeld(person, false, rules)) : [];
  return [...present, ...left].toSorted(byNumber);
}

/**
 * The differences between the expected and the actual records, each as a sentence; empty if there are none. A duplicate person or a wrong
 * name is a difference.
 */
export function compareRecords(expected: readonly HeldRecord[], found: readonly HeldRecord[]): readonly string[] {
  const byKey = Map.groupBy(found, (record) => record.number);
  const wanted = new Set(expected.map((record) => record.number));
  return [
    ...expected.flatMap((record) => compareOne(record, byKey.get(record.number) ?? [])),
    ...[...byKey.keys()].flatMap((number) => (wanted.has(number) ? [] : [`${number} is unexpected`])),
  ];
}

function compareOne(expected: HeldRecord, found: readonly HeldRecord[]): readonly string[] {
  const [first] = found;
  if (first === undefined) return [`${expected.number} is missing`];
  if (found.length > 1) return [`${expected.number} has ${found.length} records`];
  if (first.active !== expected.active) return [`${expected.number} is ${first.active ? 'active' : 'inactive'}`];
  if (first.familyName !== expected.familyName) return [`${expected.number} is named "${first.familyName}", not "${expected.familyName}"`];
  return first.title === expected.title ? [] : [`${expected.number} has the title "${first.title}", not "${expected.title}"`];
}

function toHeld(person: EntraPerson, active: boolean, rules: DemoRules): HeldRecord {
  return {
    number: person.employeeId ?? '',
    active,
    familyName: person.surname ?? '',
    title: rules.toTitle(person.jobTitle ?? ''),
  };
}

function byNumber(one: HeldRecord, other: HeldRecord): number {
  return one.number < other.number ? -1 : 1;
}

// Finds the people named by `--person` in a given set, such as the people on hold.
import type { PersonLabel } from '../../../admin/reports/person-label.ts';
import { CommandRefused } from '../../../domain/errors.ts';
import type { SubjectRef } from '../../../domain/ids.ts';
import type { PersonView } from '../../../domain/person-view.ts';
import type { EngineDeps } from '../../engine/deps.ts';
import { findNearest } from '../../../mapping/nearest-word.ts';
import { labelPerson, type SubjectRows } from './person-label.ts';

/** The set of people to search. */
export interface PeopleSet {
  /** Pages of at most 500 people. */
  readonly pages: AsyncIterable<readonly SubjectRows[]>;
  readonly match: readonly (readonly string[])[];
  /** What these people have in common, for error messages: `on hold at front-desk`. */
  readonly being: string;
  /** A command that lists them. */
  readonly list: string;
}

/** Maximum number of similar names in an error. */
const fewNames = 5;

/**
 * The people in a set who match the strings by id, userName, e-mail, match field or full name, ignoring case. Reads the set once for all
 * strings.
 * @throws {CommandRefused} naming every text that matches no person or several people, with similar names.
 */
export async function matchPeople(
  { staging, attributes }: Pick<EngineDeps, 'staging' | 'attributes'>,
  texts: readonly string[],
  { pages, match, being, list }: PeopleSet,
): Promise<readonly SubjectRef[]> {
  const wanted = texts.map((text) => new PersonQuery(text));
  for await (const page of pages) {
    const views = await staging.people.views(
      page.map(({ subject }) => subject.id),
      attributes,
    );
    for (const known of page) {
      const view = views.get(known.subject.id);
      const label = labelPerson(view, known, match);
      for (const one of wanted) one.compare(known.subject, label, view);
    }
  }
  const faults = wanted.flatMap((one) => one.describeFault());
  if (faults.length === 0) return wanted.flatMap((one) => one.found);
  const missing = wanted.filter((one) => one.found.length !== 1).map(({ text }) => text);
  throw new CommandRefused(`not ${being}: ${missing.join(', ')}`, { hint: `${faults.join('; ')}; see: ${list}` });
}

/** One text, and the people who match it. */
class PersonQuery {
  readonly text: string;
  readonly #folded: string;
  readonly #byName = new Map<SubjectRef, string>();
  readonly #byKey = new Map<SubjectRef, string>();
  readonly #close = new Map<string, string>();

  constructor(text: string) {
    this.text = text;
    this.#folded = text.toLowerCase();
  }

  /** The people who match the text; several if it is ambiguous. */
  get found(): readonly SubjectRef[] {
    return [...this.#matches.keys()];
  }

  get #matches(): ReadonlyMap<SubjectRef, string> {
    return this.#byKey.size > 0 ? this.#byKey : this.#byName;
  }

  compare(subject: SubjectRef, label: PersonLabel, view: PersonView | undefined): void {
    const name = label.displayName.toLowerCase();
    const keys = [subject.id, label.userName, view?.email ?? ''].map((key) => key.toLowerCase());
    const shown = showLabel(label);
    if (keys.includes(this.#folded)) this.#byKey.set(subject, shown);
    if (name === this.#folded) this.#byName.set(subject, shown);
    if (this.#close.size < fewNames && isSimilar(this.#folded, [name, ...keys])) this.#close.set(subject.id, shown);
  }

  /** Why the text does not match exactly one person; empty if it does. */
  describeFault(): readonly string[] {
    if (this.found.length === 1) return [];
    if (this.found.length > 1) {
      const several = [...this.#matches].slice(0, fewNames).map(([{ id }, shown]) => `${shown} ${id}`);
      return [`${this.text} matches several people; use the id: ${several.join(', ')}`];
    }
    return this.#close.size === 0
      ? [`no name is similar to ${this.text}`]
      : [`similar to ${this.text}: ${[...this.#close.values()].join(', ')}`];
  }
}

/** True if a text is part of a name or key of a person, or similar to one, to a word of it, or to its part before `@`. All in lower case. */
export function isSimilar(folded: string, names: readonly string[]): boolean {
  const words = names.flatMap((name) => [name, ...name.split(/\s+/), name.split('@')[0] ?? '']).filter((word) => word !== '');
  return words.some((word) => word.includes(folded)) || findNearest(folded, words) !== undefined;
}

/** A person in a message: `Anna Berg (anna@contoso.com)`, or the parts that are known. */
export function showLabel({ id, displayName, userName }: PersonLabel): string {
  if (displayName !== '' && userName !== '') return `${displayName} (${userName})`;
  return displayName || userName || id;
}

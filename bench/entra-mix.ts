import { addMember, createPerson, disablePerson, matchGroup, matchPerson, patchPerson, type BenchRequest } from './requests.ts';

/** The people and Groups that are staged before the load, by number. */
export interface StagedSite {
  readonly people: readonly string[];
  readonly groups: readonly { readonly id: string; readonly name: string; readonly members: number }[];
}

/** The requests of an incremental cycle of Entra, in percent: every write follows a look-up, and most changes are attributes and members. */
const mix = [
  { kind: 'match', share: 40 },
  { kind: 'match group', share: 10 },
  { kind: 'create', share: 8 },
  { kind: 'patch', share: 20 },
  { kind: 'add member', share: 18 },
  { kind: 'disable', share: 4 },
] as const;

/** Kind of a request of the mix. */
export type MixKind = (typeof mix)[number]['kind'];

/** A request with the time at which it has to leave, in milliseconds after the begin. */
export interface Arrival {
  readonly at: number;
  readonly kind: MixKind;
  readonly request: BenchRequest;
}

/**
 * Yields requests without end, `perSecond` on average with exponential gaps: fixed by the seed alone, whatever the answers do. New people
 * are numbered from `firstNew`. Half of the members go to the largest Groups.
 */
export function* arrivals(site: StagedSite, perSecond: number, seed: number, firstNew: number): Generator<Arrival> {
  const random = seeded(seed);
  const largest = site.groups.toSorted((a, b) => b.members - a.members).slice(0, 4);
  let at = 0;
  for (let number = 0; ; number += 1) {
    at += (-Math.log(1 - random()) * 1_000) / perSecond;
    const kind = chooseKind(random() * 100);
    const who = Math.floor(random() * site.people.length);
    const groups = random() < 0.5 ? largest : site.groups;
    const group = groups[Math.floor(random() * groups.length)];
    yield { at, kind, request: toRequest(kind, site.people[who] ?? '', who, group ?? { id: '', name: '' }, firstNew + number) };
  }
}

function toRequest(
  kind: MixKind,
  person: string,
  number: number,
  group: { readonly id: string; readonly name: string },
  fresh: number,
): BenchRequest {
  switch (kind) {
    case 'match':
      return matchPerson(number);
    case 'match group':
      return matchGroup(group.name);
    case 'create':
      return createPerson(fresh);
    case 'patch':
      return patchPerson(person, fresh);
    case 'add member':
      return addMember(group.id, person);
    case 'disable':
      return disablePerson(person);
  }
}

function chooseKind(hundredths: number): MixKind {
  let sum = 0;
  for (const { kind, share } of mix) {
    sum += share;
    if (hundredths < sum) return kind;
  }
  return 'match';
}

/** A small random number generator (mulberry32): the same seed must result in the same load. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

import type { StagedSite } from './entra-mix.ts';
import { HttpSender, idIn } from './http-sender.ts';
import { addMembers, createNamedGroup, createPerson } from './requests.ts';

/** The number of people and Groups before the measurement. */
export interface StageSize {
  readonly people: number;
  readonly groups: number;
}

/** Concurrent requests while the site is staged. */
const lanes = 16;
/** Members that Entra adds in one request at most. */
const membersAtOnce = 1_000;

/**
 * Stages people and Groups through SCIM, as a first cycle does. The first Group has everyone, the next three a tenth of them and never
 * fewer than 10,000 (as far as there are), all others up to 100.
 */
export async function stageSite(baseUrl: string, headers: Readonly<Record<string, string>>, size: StageSize): Promise<StagedSite> {
  const sender = new HttpSender(baseUrl, headers, lanes);
  try {
    const people: string[] = [];
    const creates = Array.from({ length: size.people }, (_, number) => createPerson(number));
    await sender.sendAll(creates, lanes, (answer, place) => (people[place] = idIn(answer)));
    const groups: { id: string; name: string; members: number }[] = [];
    const names = Array.from({ length: size.groups }, (_, number) => `VM-Group ${number}`);
    await sender.sendAll(names.map(createNamedGroup), lanes, (answer, place) => {
      groups[place] = { id: idIn(answer), name: names[place] ?? '', members: membersOf(place, size) };
    });
    // One after the other, as Entra does for one group.
    for (const [place, group] of groups.entries()) {
      const members = Array.from({ length: group.members }, (_, index) => people[(index + place * 31) % people.length] ?? '');
      const adds = [];
      for (let from = 0; from < members.length; from += membersAtOnce)
        adds.push(addMembers(group.id, members.slice(from, from + membersAtOnce)));
      await sender.sendAll(adds, 1, () => undefined);
    }
    return { people, groups };
  } finally {
    sender.close();
  }
}

function membersOf(place: number, { people }: StageSize): number {
  if (place === 0) return people;
  return Math.min(people, place <= 3 ? Math.max(10_000, people / 10) : 100);
}

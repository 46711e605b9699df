import type { Clock } from '../../src/domain/clock.ts';
import type { Origin } from '../../src/domain/change.ts';
import type { ScimUser } from '../../src/scim/resource.ts';
import type { Store } from '../support/stores.ts';
import type { Picture, SomeGroup, Someone } from './oracle.ts';
import { hostGroup, unwritable } from './rules.ts';
import { names, type Act } from './steps.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Leaver clocks stand still if the directory is silent for longer than this. */
export const silentMs = 72 * 3_600_000;

/** The simulated identity provider: writes to the store like `staging`, and updates the model's own state. */
export class Directory {
  readonly picture: Picture = { people: new Map(), groups: new Map() };
  readonly #store: Store;
  readonly #clock: Clock;
  #requests = 0;
  #emails = 0;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** The person with this number; undefined if deleted or never created. */
  person(who: number): Someone | undefined {
    return [...this.picture.people.values()].find((one) => one.who === who && !one.gone);
  }

  /** People whom a manual change at a system may affect, including deleted and future ones. */
  emailOf(who: number): string {
    return (this.person(who) ?? [...this.picture.people.values()].findLast((one) => one.who === who))?.email ?? `${nameOf(who)}@x.test`;
  }

  /** The directory connects: leaver clocks continue. */
  async heard(): Promise<void> {
    await this.#store.sources.heard('default', this.#clock.now(), silentMs);
  }

  /** Carries out an Act about people and groups. An Act that is impossible now does nothing. @returns whether something was written. */
  async perform(act: Act): Promise<boolean> {
    switch (act.do) {
      case 'join':
        return this.person(act.who) === undefined && this.#create(act.who);
      case 'rename':
        return this.#patch(act.who, (one) => (one.name = one.name.startsWith('Dr. ') ? one.name.slice(4) : `Dr. ${one.name}`));
      case 'move':
        return this.#patch(act.who, (one) => (one.department = one.department === 'External' ? 'Sales' : 'External'));
      case 'enable':
        return this.#patch(act.who, (one) => (one.active = true));
      case 'disable':
        return this.#patch(act.who, (one) => (one.active = false));
      case 'remove':
        return this.#remove(act.who);
      case 'recreate':
        return (await this.#remove(act.who)) && this.#create(act.who);
      case 'email':
        return this.#patch(act.who, (one) => (one.email = this.#toEmail(one, act.to)));
      case 'swap':
        return this.#swap(act.who, act.other);
      case 'unwritable':
        return this.#patch(act.who, (one) => (one.name = `${unwritable} ${one.name.replaceAll(`${unwritable} `, '')}`));
      case 'writable':
        return this.#patch(act.who, (one) => (one.name = one.name.replaceAll(`${unwritable} `, '')));
      case 'enterGroup':
      case 'leaveGroup':
        return this.#editMember(act.who, act.do === 'enterGroup');
      case 'renameGroup':
        return this.#renameGroup();
      case 'removeGroup':
        return this.#removeGroup();
      case 'createGroup':
        return this.createGroup([...this.picture.people.values()].filter((one) => !one.gone && one.who % 2 === 0).map((one) => one.id));
      default:
        return false;
    }
  }

  /** Changes the names of all people, so that every record is written again. */
  async touchAll(): Promise<void> {
    for (const one of this.picture.people.values())
      if (!one.gone) await this.#patch(one.who, (person) => (person.name = `${person.name}.`));
  }

  /** Creates the scope group, unless it exists. */
  async createGroup(members: readonly string[]): Promise<boolean> {
    if (this.#group() !== undefined) return false;
    const { id } = await this.#store.of('default').groups.create(
      { displayName: hostGroup },
      members.map((value) => ({ value })),
      this.#by(),
    );
    this.picture.groups.set(id, { id, name: hostGroup, gone: false, members: new Set(members) });
    return true;
  }

  #group(): SomeGroup | undefined {
    return [...this.picture.groups.values()].find((group) => !group.gone);
  }

  #toEmail(one: Someone, to: 'new' | 'empty' | 'own' | number): string {
    if (to === 'empty') return '';
    if (to === 'new') return `${nameOf(one.who)}${++this.#emails}@x.test`;
    return to === 'own' ? `${nameOf(one.who)}@x.test` : (this.person(to)?.email ?? one.email);
  }

  async #create(who: number): Promise<boolean> {
    const email = `${nameOf(who)}@x.test`;
    const draft = { email, name: names[who] ?? '', department: who % 4 === 3 ? 'External' : 'Sales', active: true };
    const { id } = await this.#store.of('default').users.create({ userName: email, ...toUser(draft) }, this.#by());
    this.picture.people.set(id, { id, who, ...draft, gone: false, emails: new Set([email]) });
    return true;
  }

  async #patch(who: number, change: (person: Someone) => unknown): Promise<boolean> {
    const person = this.person(who);
    if (person === undefined) return false;
    const after = { ...person };
    change(after);
    await this.#store.of('default').users.update(person.id, (user) => ({ ...user, ...toUser(after) }), this.#by());
    Object.assign(person, after);
    if (person.email !== '') person.emails.add(person.email.toLowerCase());
    return true;
  }

  async #swap(who: number, other: number): Promise<boolean> {
    const [one, two] = [this.person(who), this.person(other)];
    if (one === undefined || two === undefined || one === two) return false;
    const [first, second] = [two.email, one.email];
    await this.#patch(who, (person) => (person.email = first));
    return this.#patch(other, (person) => (person.email = second));
  }

  async #remove(who: number): Promise<boolean> {
    const person = this.person(who);
    if (person === undefined) return false;
    await this.#store.of('default').users.remove(person.id, this.#by());
    person.gone = true;
    for (const group of this.picture.groups.values()) group.members.delete(person.id);
    return true;
  }

  async #editMember(who: number, enter: boolean): Promise<boolean> {
    const [person, group] = [this.person(who), this.#group()];
    if (person === undefined || group === undefined) return false;
    const members = { base: 'keep', add: enter ? [{ value: person.id }] : [], remove: enter ? [] : [person.id] } as const;
    await this.#store.of('default').groups.edit(group.id, { members }, this.#by());
    if (enter) group.members.add(person.id);
    else group.members.delete(person.id);
    return true;
  }

  async #renameGroup(): Promise<boolean> {
    const group = this.#group();
    if (group === undefined) return false;
    const displayName = group.name === hostGroup ? 'VMS Hosts' : hostGroup;
    await this.#store.of('default').groups.edit(group.id, { change: (now) => ({ ...now, displayName }) }, this.#by());
    group.name = displayName;
    return true;
  }

  async #removeGroup(): Promise<boolean> {
    const group = this.#group();
    if (group === undefined) return false;
    await this.#store.of('default').groups.remove(group.id, this.#by());
    group.gone = true;
    return true;
  }

  #by(): Origin {
    return { at: this.#clock.now(), request: `r-${++this.#requests}` };
  }
}

function nameOf(who: number): string {
  return (names[who] ?? 'x').toLowerCase();
}

function toUser({ email, name, department, active }: Pick<Someone, 'email' | 'name' | 'department' | 'active'>): Partial<ScimUser> {
  return {
    displayName: name,
    active,
    emails: email === '' ? [] : [{ type: 'work', value: email }],
    [enterprise]: { department },
  };
}

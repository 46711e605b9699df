// A SCIM client that sends the same requests as Entra.
import { randomUUID } from 'node:crypto';
import { isObject } from '../scim/resource.ts';
import { EntraConnection, type EntraAnswer, type EntraConnectionOptions, type EntraCounts } from './entra-connection.ts';
import type { EntraGroup, EntraPerson } from './entra-directory.ts';
import {
  toAddMembersPatch,
  toFilterQuery,
  toGroupBody,
  toManagerPatch,
  toRemoveMembersPatch,
  toRenamePatch,
  toUserBody,
  toUserPatch,
  type EntraShape,
} from './entra-messages.ts';

/** Options of an {@link EntraClient}. */
export interface EntraClientOptions extends EntraConnectionOptions {
  /** Format of PATCH bodies; default `default`. */
  readonly shape?: EntraShape;
  /** True to remove attributes that became empty in the directory; default false, like Entra (docs/entra-facts.md#empty-values). */
  readonly clearEmpty?: boolean;
  /** Max members in one PATCH; default 20. Entra's number is not documented (docs/entra-facts.md#changing-members). */
  readonly membersPerPatch?: number;
}

/** The server responded with a status that Entra logs as a failure. */
export class EntraFailure extends Error {
  readonly status: number;
  constructor(request: string, answer: EntraAnswer) {
    const detail = isObject(answer.body) ? answer.body['detail'] : undefined;
    super(`${request} was answered with ${answer.status}${typeof detail === 'string' ? `: ${detail}` : ''}`);
    this.name = new.target.name;
    this.status = answer.status;
  }
}

/** The result of one object: nothing sent, created, or updated. */
export type EntraResult = 'created' | 'updated' | 'unchanged';

/**
 * Simulates Entra's provisioning service for one app. Like Entra, it stores the id and the last sent state of each matched or created
 * object, sends only differences, and never retries: after a failure, the caller calls the method again.
 *
 * All methods throw {@link EntraFailure} for an unexpected status and `EntraUnanswered` if there is no response. Concurrent calls are
 * allowed for different objects; `connections` limits the number of concurrent requests.
 */
export class EntraClient {
  readonly #connection: EntraConnection;
  readonly #options: EntraClientOptions;
  readonly #shape: EntraShape;
  readonly #people = new Map<string, KnownPerson>();
  readonly #groups = new Map<string, KnownGroup>();

  constructor(options: EntraClientOptions) {
    this.#options = options;
    this.#shape = options.shape ?? 'default';
    this.#connection = new EntraConnection(options);
  }

  counts(): EntraCounts {
    return this.#connection.counts();
  }

  close(): void {
    this.#connection.close();
  }

  /** SCIM id of a person or group that was matched or created; `undefined` before and after its deletion. */
  idOf(objectId: string): string | undefined {
    return this.#people.get(objectId)?.id ?? this.#groups.get(objectId)?.id;
  }

  /**
   * Sends the two requests of the portal's Test Connection button, for a user and a group that cannot exist
   * (docs/entra-facts.md#test-connection).
   */
  async testConnection(): Promise<void> {
    await this.#search('/Users', toFilterQuery('userName', randomUUID()));
    await this.#search('/Groups', `excludedAttributes=members&${toFilterQuery('displayName', randomUUID())}`);
  }

  /**
   * Creates or updates one person, without the manager. An unknown person is searched by `userName`, and created if there is no match,
   * unless the person is disabled (docs/entra-facts.md#creating-people). A known person is read by id, then updated with the differences.
   */
  async syncPerson(person: EntraPerson): Promise<EntraResult> {
    const known = this.#people.get(person.objectId) ?? (await this.#matchPerson(person));
    if (!known) return person.accountEnabled ? this.#createPerson(person) : 'unchanged';
    const patch = toUserPatch(known.sent, person, { shape: this.#shape, clearEmpty: this.#options.clearEmpty ?? false });
    if (!patch) return 'unchanged';
    await this.#expect([200], 'GET', `/Users/${known.id}`);
    await this.#expect([200, 204], 'PATCH', `/Users/${known.id}`, patch);
    this.#people.set(person.objectId, { ...known, sent: person });
    return 'updated';
  }

  /** Sends the manager if it differs and both people are known; a manager who is out of scope is not sent (docs/entra-facts.md#manager). */
  async syncManager(person: EntraPerson): Promise<EntraResult> {
    const known = this.#people.get(person.objectId);
    const managerId = person.manager === undefined ? undefined : this.#people.get(person.manager)?.id;
    if (!known || known.manager === managerId) return 'unchanged';
    if (managerId === undefined && person.manager !== undefined) return 'unchanged';
    await this.#expect([200, 204], 'PATCH', `/Users/${known.id}`, toManagerPatch(managerId, this.#shape));
    const { manager: _, ...rest } = known;
    this.#people.set(person.objectId, managerId === undefined ? rest : { ...rest, manager: managerId });
    return 'updated';
  }

  /** Deletes a person permanently (30 days after the soft deletion, or purged). A person who no longer exists counts as deleted. */
  async deletePerson(objectId: string): Promise<'deleted' | 'unchanged'> {
    const known = this.#people.get(objectId);
    if (!known) return 'unchanged';
    await this.#expect([204, 404], 'DELETE', `/Users/${known.id}`);
    this.#people.delete(objectId);
    // The server removes the memberships of a deleted person.
    for (const [group, { members, ...rest }] of this.#groups) {
      this.#groups.set(group, { ...rest, members: new Set([...members].filter((id) => id !== known.id)) });
    }
    return 'deleted';
  }

  /** Matches or creates a group, and renames it; {@link syncMembers} sends its members. */
  async syncGroup(group: EntraGroup): Promise<EntraResult> {
    const known = this.#groups.get(group.objectId) ?? (await this.#matchGroup(group));
    if (!known) return this.#createGroup(group);
    if (known.name === group.displayName) return 'unchanged';
    await this.#expect([200, 204], 'PATCH', `/Groups/${known.id}`, toRenamePatch(group.displayName, this.#shape));
    this.#groups.set(group.objectId, { ...known, name: group.displayName });
    return 'updated';
  }

  /** Adds and removes the members that differ from those sent so far; unknown people are omitted. */
  async syncMembers(group: EntraGroup): Promise<EntraResult> {
    const known = this.#groups.get(group.objectId);
    if (!known) return 'unchanged';
    const wanted = new Set(group.members.flatMap((member) => this.#people.get(member)?.id ?? []));
    const added = [...wanted].filter((id) => !known.members.has(id));
    const removed = [...known.members].filter((id) => !wanted.has(id));
    for (const ids of this.#portions(added)) await this.#patchMembers(group.objectId, toAddMembersPatch(ids, this.#shape), ids, []);
    for (const ids of this.#portions(removed)) await this.#patchMembers(group.objectId, toRemoveMembersPatch(ids, this.#shape), [], ids);
    return added.length + removed.length > 0 ? 'updated' : 'unchanged';
  }

  /** Deletes a group; its people stay. A group that no longer exists counts as deleted. */
  async deleteGroup(objectId: string): Promise<'deleted' | 'unchanged'> {
    const known = this.#groups.get(objectId);
    if (!known) return 'unchanged';
    await this.#expect([204, 404], 'DELETE', `/Groups/${known.id}`);
    this.#groups.delete(objectId);
    return 'deleted';
  }

  /** `objectId`s of the people and groups that were matched or created and not deleted. */
  known(): { readonly people: readonly string[]; readonly groups: readonly string[] } {
    return { people: [...this.#people.keys()], groups: [...this.#groups.keys()] };
  }

  async #matchPerson(person: EntraPerson): Promise<KnownPerson | undefined> {
    const found = await this.#search('/Users', toFilterQuery('userName', person.userPrincipalName));
    return found === undefined ? undefined : { id: found };
  }

  async #createPerson(person: EntraPerson): Promise<EntraResult> {
    const { body } = await this.#expect([201], 'POST', '/Users', toUserBody(person));
    this.#people.set(person.objectId, { id: readId(body), sent: person });
    return 'created';
  }

  async #matchGroup(group: EntraGroup): Promise<KnownGroup | undefined> {
    const id = await this.#search('/Groups', `excludedAttributes=members&${toFilterQuery('displayName', group.displayName)}`);
    if (id === undefined) return undefined;
    const known = { id, name: group.displayName, members: new Set<string>() };
    this.#groups.set(group.objectId, known);
    return known;
  }

  async #createGroup(group: EntraGroup): Promise<EntraResult> {
    const { body } = await this.#expect([201], 'POST', '/Groups', toGroupBody(group));
    this.#groups.set(group.objectId, { id: readId(body), name: group.displayName, members: new Set() });
    return 'created';
  }

  async #patchMembers(objectId: string, patch: unknown, added: readonly string[], removed: readonly string[]): Promise<void> {
    const known = this.#groups.get(objectId);
    if (!known) return;
    await this.#expect([200, 204], 'PATCH', `/Groups/${known.id}`, patch);
    const members = new Set([...known.members, ...added].filter((id) => !removed.includes(id)));
    this.#groups.set(objectId, { ...known, members });
  }

  /** Id of the single matching resource; `undefined` if there is none. Several matches are an error in Entra (`DuplicateTargetEntries`). */
  async #search(path: string, query: string): Promise<string | undefined> {
    const answer = await this.#expect([200], 'GET', `${path}?${query}`);
    const resources = isObject(answer.body) ? answer.body['Resources'] : undefined;
    if (!Array.isArray(resources) || resources.length > 1) throw new EntraFailure(`GET ${path}?${query}`, answer);
    return resources.length === 0 ? undefined : readId(resources[0]);
  }

  async #expect(statuses: readonly number[], method: string, path: string, body?: unknown): Promise<EntraAnswer> {
    const answer = await this.#connection.send(method, path, body);
    if (!statuses.includes(answer.status)) throw new EntraFailure(`${method} ${path}`, answer);
    return answer;
  }

  #portions(ids: readonly string[]): readonly (readonly string[])[] {
    const size = this.#options.membersPerPatch ?? 20;
    return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) => ids.slice(index * size, (index + 1) * size));
  }
}

/** `sent` is missing until a matched person is updated; `manager` is a SCIM id. */
interface KnownPerson {
  readonly id: string;
  readonly sent?: EntraPerson;
  readonly manager?: string;
}

/** `members` are the SCIM ids that this client added. */
interface KnownGroup {
  readonly id: string;
  readonly name: string;
  readonly members: ReadonlySet<string>;
}

function readId(resource: unknown): string {
  const id = isObject(resource) ? resource['id'] : undefined;
  if (typeof id !== 'string' || id === '') throw new Error('The server returned a resource without an id');
  return id;
}

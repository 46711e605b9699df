/** One HTTP request of a load. */
export interface BenchRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path below the base URL, with its query. */
  readonly path: string;
  readonly body?: unknown;
  /** The status that counts as success, `done` for 200 or 204; anything else ends the benchmark. */
  readonly expect: number | 'done';
}

/** True when a status counts as success for a request. */
export function isExpected({ expect }: BenchRequest, status: number | undefined): boolean {
  return expect === 'done' ? status === 200 || status === 204 : status === expect;
}

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The userName of the person with this number. */
export function userNameOf(number: number): string {
  // Multiplied by a prime, so that neighbours in time are no neighbours in an index.
  return `person.${(number * 7919) % 1_000_003}.${number}@contoso.example`;
}

/** Creates a person with 20 attributes, the enterprise extension among them, as Entra sends it. */
export function createPerson(number: number): BenchRequest {
  const userName = userNameOf(number);
  const body = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    externalId: `${(number * 2_654_435_761) % 4_294_967_296}-${number}`,
    userName,
    active: true,
    displayName: `Person Number ${number}`,
    title: 'Facility Coordinator',
    preferredLanguage: 'de-DE',
    name: { givenName: 'Person', familyName: `Number ${number}`, formatted: `Person Number ${number}` },
    emails: [{ primary: true, type: 'work', value: userName }],
    phoneNumbers: [
      { type: 'work', value: '+49 30 901820' },
      { type: 'mobile', value: '+49 170 9018200' },
    ],
    addresses: [
      { type: 'work', formatted: 'Building 7', streetAddress: 'Lindenstr. 7', locality: 'Berlin', postalCode: '10969', country: 'DE' },
    ],
    [enterprise]: { employeeNumber: String(100_000 + number), department: 'Facilities', costCenter: '4711', organization: 'Contoso' },
  };
  return { method: 'POST', path: '/Users', body, expect: 201 };
}

/** The look-up by userName that Entra sends before everything else. */
export function matchPerson(number: number): BenchRequest {
  return { method: 'GET', path: `/Users?filter=${encodeURIComponent(`userName eq "${userNameOf(number)}"`)}`, expect: 200 };
}

/** Replaces three attributes; `round` makes the values new ones. */
export function patchPerson(id: string, round: number): BenchRequest {
  const body = {
    schemas: [patchOp],
    Operations: [
      { op: 'Replace', path: 'title', value: `Coordinator ${round}` },
      { op: 'Replace', path: 'name.familyName', value: `Number ${round}` },
      { op: 'Replace', path: `${enterprise}:department`, value: `Department ${round}` },
    ],
  };
  return { method: 'PATCH', path: `/Users/${id}`, body, expect: 'done' };
}

export function deletePerson(id: string): BenchRequest {
  return { method: 'DELETE', path: `/Users/${id}`, expect: 204 };
}

/** Creates a Group with this many unknown members. */
export function createGroup(members: number): BenchRequest {
  const body = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'Visitor Hosts',
    members: Array.from({ length: members }, (_, index) => ({ value: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` })),
  };
  return { method: 'POST', path: '/Groups', body, expect: 201 };
}

/** Adds one member the way Entra does. */
export function addMember(group: string, person: string): BenchRequest {
  const body = { schemas: [patchOp], Operations: [{ op: 'Add', path: 'members', value: [{ value: person }] }] };
  return { method: 'PATCH', path: `/Groups/${group}`, body, expect: 204 };
}

/** Removes one member as Entra does by default (docs/entra-facts.md#removing-members). */
export function removeMember(group: string, person: string): BenchRequest {
  const body = { schemas: [patchOp], Operations: [{ op: 'Remove', path: 'members', value: [{ value: person }] }] };
  return { method: 'PATCH', path: `/Groups/${group}`, body, expect: 204 };
}

/** Removes one member by a value path, as Entra does with the flag (docs/entra-facts.md#patch-with-the-flag). */
export function removeMemberByPath(group: string, person: string): BenchRequest {
  const body = { schemas: [patchOp], Operations: [{ op: 'remove', path: `members[value eq "${person}"]` }] };
  return { method: 'PATCH', path: `/Groups/${group}`, body, expect: 204 };
}

/** Gives a Group another name. */
export function renameGroup(group: string, name: string): BenchRequest {
  const body = { schemas: [patchOp], Operations: [{ op: 'Replace', path: 'displayName', value: name }] };
  return { method: 'PATCH', path: `/Groups/${group}`, body, expect: 204 };
}

/** The search by displayName that Entra sends before it changes a Group (docs/entra-facts.md#matching-groups). */
export function matchGroup(name: string): BenchRequest {
  const filter = encodeURIComponent(`displayName eq "${name}"`);
  return { method: 'GET', path: `/Groups?excludedAttributes=members&filter=${filter}`, expect: 200 };
}

/** Disables a person with text instead of a boolean, as Entra does (docs/entra-facts.md#booleans-as-text). */
export function disablePerson(id: string): BenchRequest {
  const body = { schemas: [patchOp], Operations: [{ op: 'Replace', path: 'active', value: 'False' }] };
  return { method: 'PATCH', path: `/Users/${id}`, body, expect: 'done' };
}

/** A Group with its own name and no members. */
export function createNamedGroup(name: string): BenchRequest {
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: name };
  return { method: 'POST', path: '/Groups', body, expect: 201 };
}

/** Adds many members at once, as Entra does when a group comes into scope. */
export function addMembers(group: string, people: readonly string[]): BenchRequest {
  const body = { schemas: [patchOp], Operations: [{ op: 'Add', path: 'members', value: people.map((value) => ({ value })) }] };
  return { method: 'PATCH', path: `/Groups/${group}`, body, expect: 204 };
}

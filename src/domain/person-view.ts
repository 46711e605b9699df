// The PersonView: the flat view of a person that expressions read, and its computation from a staged person.
import { parseDateTime } from '../scim/date-time.ts';
import type { ScimUser } from '../scim/resource.ts';
import type { ResourceId, SourceId } from './ids.ts';
import type { GroupName, Person } from './person.ts';

/** The view of a manager in expressions. Texts are empty if absent or if the manager is unknown (yet). */
export interface ManagerView {
  readonly displayName: string;
  readonly email: string;
  readonly employeeNumber: string;
}

/** Names of the text attributes of a PersonView, in the order of the manual. */
export const viewTexts = [
  'id',
  'externalId',
  'userName',
  'displayName',
  'givenName',
  'familyName',
  'formattedName',
  'email',
  'workPhone',
  'mobile',
  'title',
  'department',
  'division',
  'costCenter',
  'organization',
  'employeeNumber',
  'userType',
  'office',
  'street',
  'city',
  'region',
  'postalCode',
  'country',
  'preferredLanguage',
  'locale',
  'timezone',
  'source',
] as const;

/** Name of a text attribute of the PersonView. */
export type ViewText = (typeof viewTexts)[number];

/** A custom attribute of people that the site declares. It has the same name in SCIM and in expressions. */
export interface CustomAttribute {
  readonly urn: string;
  readonly name: string;
  /** The type of each value. In expressions, a date is a text as sent: `2026-01-31` or `2026-01-31T08:30:00Z`. */
  readonly type: 'text' | 'boolean' | 'number' | 'integer' | 'date';
  readonly description?: string;
  /** True for a multi-valued attribute, which is a list in expressions. */
  readonly many?: boolean;
  /** True if filters are case-sensitive; only for strings. */
  readonly caseExact?: boolean;
  /** The suggested values of a text. */
  readonly values?: readonly string[];
  /** True if only `values` are accepted. */
  readonly closed?: boolean;
}

/** A value of a custom attribute; empty, false or 0 if absent. */
export type CustomValue = string | boolean | number;

/**
 * The flat, typed view of a Person that expressions read. Texts are empty if absent. `groups` and `roles` are names; `groupIds` are the ids
 * of the same Groups in the same order; `custom` holds the declared attributes by name; `user` is the whole document.
 */
export type PersonView = Readonly<Record<ViewText, string>> & {
  readonly active: boolean;
  readonly manager: ManagerView;
  readonly groups: readonly string[];
  readonly groupIds: readonly ResourceId[];
  readonly roles: readonly string[];
  readonly custom: Readonly<Record<string, CustomValue | readonly CustomValue[]>>;
  readonly user: ScimUser;
};

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

interface Projected {
  readonly id: ResourceId;
  readonly source: SourceId;
  readonly user: ScimUser;
}

/**
 * Converts a Person with its Groups and manager to the view. Pure; never throws: a value that is absent or of an unexpected type is empty.
 * `manager` is missing if the manager has not been received.
 */
export function toPersonView(
  person: Projected,
  groups: readonly GroupName[],
  manager: Pick<Person, 'user'> | undefined,
  attributes: readonly CustomAttribute[] = [],
): PersonView {
  const { user } = person;
  const extension = asObject(user[enterprise]);
  const name = asObject(user.name);
  const work = byType(user.addresses, 'work');
  return {
    id: person.id,
    source: person.source,
    externalId: text(user.externalId),
    userName: text(user.userName),
    active: user.active !== false,
    displayName: text(user.displayName),
    givenName: text(name['givenName']),
    familyName: text(name['familyName']),
    formattedName: text(name['formatted']),
    email: toEmail(user),
    workPhone: text(byType(user.phoneNumbers, 'work')['value']),
    mobile: text(byType(user.phoneNumbers, 'mobile')['value']),
    title: text(user.title),
    department: text(extension['department']),
    division: text(extension['division']),
    costCenter: text(extension['costCenter']),
    organization: text(extension['organization']),
    employeeNumber: text(extension['employeeNumber']),
    userType: text(user.userType),
    office: text(work['formatted']) || text(byType(user.addresses, 'other')['formatted']),
    street: text(work['streetAddress']),
    city: text(work['locality']),
    region: text(work['region']),
    postalCode: text(work['postalCode']),
    country: text(work['country']),
    preferredLanguage: text(user.preferredLanguage),
    locale: text(user.locale),
    timezone: text(user.timezone),
    manager: toManagerView(manager),
    groups: groups.map((group) => group.displayName),
    groupIds: groups.map((group) => group.id),
    roles: toRoles(user.roles),
    custom: toCustom(user, attributes),
    user,
  };
}

/** Id of the manager in a document, or `undefined`. */
export function managerIdOf(user: ScimUser): ResourceId | undefined {
  return text(asObject(asObject(user[enterprise])['manager'])['value']) || undefined;
}

/** True if a manager's reports must be planned again, because a field of the manager in their views has changed. */
export function showsDifferently(before: ScimUser, after: ScimUser): boolean {
  const was = toManagerView({ user: before });
  const is = toManagerView({ user: after });
  return was.displayName !== is.displayName || was.email !== is.email || was.employeeNumber !== is.employeeNumber;
}

function toManagerView(manager: Pick<Person, 'user'> | undefined): ManagerView {
  if (manager === undefined) return { displayName: '', email: '', employeeNumber: '' };
  const { user } = manager;
  return {
    displayName: text(user.displayName),
    email: toEmail(user),
    employeeNumber: text(asObject(user[enterprise])['employeeNumber']),
  };
}

/** The work address, otherwise the primary address, otherwise the first. */
function toEmail(user: ScimUser): string {
  const emails = asList(user.emails);
  const chosen = [
    emails.find((email) => sameWord(email['type'], 'work') && text(email['value']) !== ''),
    emails.find((email) => email['primary'] === true && text(email['value']) !== ''),
    emails.find((email) => text(email['value']) !== ''),
  ].find((email) => email !== undefined);
  return text(chosen?.['value']);
}

function toRoles(roles: unknown): readonly string[] {
  return asList(roles)
    .map((role) => text(role['display']) || text(role['displayName']) || text(role['value']))
    .filter((role) => role !== '');
}

function toCustom(user: ScimUser, attributes: readonly CustomAttribute[]): PersonView['custom'] {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, toCustomValue(asObject(user[attribute.urn]), attribute)]));
}

/** A stored value counts as absent if an earlier declaration with another type allowed it. */
function toCustomValue(extension: Readonly<Record<string, unknown>>, { name, type, many }: CustomAttribute): PersonView['custom'][string] {
  const value = extension[name];
  const { holds, absent } = customTypes[type];
  if (many !== true) return holds(value) ? value : absent;
  return Array.isArray(value) ? value.filter(holds) : [];
}

const isText = (value: unknown): value is CustomValue => typeof value === 'string';
const isTime = (value: unknown): value is CustomValue => typeof value === 'string' && parseDateTime(value) !== undefined;

const customTypes = {
  text: { holds: isText, absent: '' },
  boolean: { holds: (value: unknown): value is CustomValue => typeof value === 'boolean', absent: false },
  number: { holds: (value: unknown): value is CustomValue => typeof value === 'number', absent: 0 },
  integer: { holds: (value: unknown): value is CustomValue => Number.isSafeInteger(value), absent: 0 },
  date: { holds: isTime, absent: '' },
} as const;

function byType(list: unknown, type: string): Readonly<Record<string, unknown>> {
  return asList(list).find((element) => sameWord(element['type'], type)) ?? {};
}

function sameWord(value: unknown, word: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === word;
}

function asList(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(asObject) : [];
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

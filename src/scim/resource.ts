// TypeScript types of SCIM resources, and their schema URNs.
/** Schema URN of the core User (RFC 7643 §4.1). */
export const userUrn = 'urn:ietf:params:scim:schemas:core:2.0:User';
/** Schema URN of the core Group (RFC 7643 §4.2). */
export const groupUrn = 'urn:ietf:params:scim:schemas:core:2.0:Group';
/** Schema URN of the enterprise extension, the key of its object in a User (RFC 7643 §4.3). */
export const enterpriseUserUrn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** A JSON object with unknown keys. It never has inherited keys, because a parser or this code created it. */
export interface JsonObject {
  readonly [name: string]: unknown;
}

/** True for an object that is neither null nor an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One element of a multi-valued attribute (RFC 7643 §2.4). */
export interface MultiValue extends JsonObject {
  readonly value?: string;
  readonly type?: string;
  readonly display?: string;
  /** True on at most one element of an attribute. */
  readonly primary?: boolean;
  readonly $ref?: string;
}

/** The parts of a person's name (RFC 7643 §4.1.1). */
export interface ScimName extends JsonObject {
  readonly formatted?: string;
  readonly familyName?: string;
  readonly givenName?: string;
  readonly middleName?: string;
  readonly honorificPrefix?: string;
  readonly honorificSuffix?: string;
}

/** A postal address (RFC 7643 §4.1.2). */
export interface ScimAddress extends JsonObject {
  readonly formatted?: string;
  readonly streetAddress?: string;
  readonly locality?: string;
  readonly region?: string;
  readonly postalCode?: string;
  readonly country?: string;
  readonly type?: string;
  readonly primary?: boolean;
}

/** The enterprise extension of a User (RFC 7643 §4.3). */
export interface EnterpriseUser extends JsonObject {
  readonly employeeNumber?: string;
  readonly costCenter?: string;
  readonly organization?: string;
  readonly division?: string;
  readonly department?: string;
  /** `value` is the manager's id; a User with this id may not exist. */
  readonly manager?: { readonly value?: string; readonly $ref?: string };
}

/**
 * A staged User: the values as the Source sent them, with attribute names in the schema's spelling and without unassigned attributes.
 * `renderUser` adds `id`, `meta`, `groups` and `schemas`. Other extensions are also keys.
 */
export interface ScimUser extends JsonObject {
  readonly userName: string;
  readonly externalId?: string;
  /** Absent counts as true: use `isActive`. */
  readonly active?: boolean;
  readonly name?: ScimName;
  readonly displayName?: string;
  readonly nickName?: string;
  readonly profileUrl?: string;
  readonly title?: string;
  readonly userType?: string;
  readonly preferredLanguage?: string;
  readonly locale?: string;
  readonly timezone?: string;
  readonly emails?: readonly MultiValue[];
  readonly phoneNumbers?: readonly MultiValue[];
  readonly ims?: readonly MultiValue[];
  readonly photos?: readonly MultiValue[];
  readonly addresses?: readonly ScimAddress[];
  readonly entitlements?: readonly MultiValue[];
  readonly roles?: readonly MultiValue[];
  readonly x509Certificates?: readonly MultiValue[];
  readonly [enterpriseUserUrn]?: EnterpriseUser;
}

/** A staged Group, without `id`, `meta` and `schemas`, and without its members, which are stored as separate rows. */
export interface ScimGroup extends JsonObject {
  readonly displayName: string;
  readonly externalId?: string;
}

/** One member of a Group. */
export interface MemberRef {
  /** The member's id as the Source sent it; the member may not exist (yet). */
  readonly value: string;
  /** Absent if the Source did not send it. */
  readonly type?: 'User' | 'Group';
  readonly display?: string;
}

/** True unless the User has `active: false`; a User without `active` counts as active. */
export function isActive(user: ScimUser): boolean {
  return user.active !== false;
}

// Entra's default mapping of directory attributes to SCIM attributes.
import { enterpriseUserUrn } from '../scim/resource.ts';
import type { EntraPerson } from './entra-directory.ts';

/** The SCIM attribute of a User to which a directory attribute is mapped. */
export type EntraTarget =
  | { readonly is: 'attribute'; readonly name: string }
  | { readonly is: 'part'; readonly name: string; readonly part: string }
  /** The element with this type in a multi-valued attribute. */
  | { readonly is: 'element'; readonly name: string; readonly type: string; readonly part: string }
  | { readonly is: 'enterprise'; readonly name: string };

/** One line of the mapping. References (manager, members) are not included: they are sent separately, after all people exist. */
export interface EntraMappingLine {
  readonly from: keyof EntraPerson;
  readonly to: EntraTarget;
}

/**
 * The attribute mapping of a new non-gallery app in the portal: the table in Microsoft's tutorial, with the address attributes of the
 * portal (docs/entra-facts.md#default-mapping).
 */
export const entraMapping: readonly EntraMappingLine[] = [
  { from: 'userPrincipalName', to: { is: 'attribute', name: 'userName' } },
  { from: 'accountEnabled', to: { is: 'attribute', name: 'active' } },
  { from: 'mailNickname', to: { is: 'attribute', name: 'externalId' } },
  { from: 'displayName', to: { is: 'attribute', name: 'displayName' } },
  { from: 'jobTitle', to: { is: 'attribute', name: 'title' } },
  { from: 'preferredLanguage', to: { is: 'attribute', name: 'preferredLanguage' } },
  { from: 'givenName', to: { is: 'part', name: 'name', part: 'givenName' } },
  { from: 'surname', to: { is: 'part', name: 'name', part: 'familyName' } },
  { from: 'mail', to: { is: 'element', name: 'emails', type: 'work', part: 'value' } },
  { from: 'telephoneNumber', to: { is: 'element', name: 'phoneNumbers', type: 'work', part: 'value' } },
  { from: 'mobile', to: { is: 'element', name: 'phoneNumbers', type: 'mobile', part: 'value' } },
  { from: 'physicalDeliveryOfficeName', to: { is: 'element', name: 'addresses', type: 'work', part: 'formatted' } },
  { from: 'streetAddress', to: { is: 'element', name: 'addresses', type: 'work', part: 'streetAddress' } },
  { from: 'city', to: { is: 'element', name: 'addresses', type: 'work', part: 'locality' } },
  { from: 'postalCode', to: { is: 'element', name: 'addresses', type: 'work', part: 'postalCode' } },
  { from: 'country', to: { is: 'element', name: 'addresses', type: 'work', part: 'country' } },
  { from: 'employeeId', to: { is: 'enterprise', name: 'employeeNumber' } },
  { from: 'department', to: { is: 'enterprise', name: 'department' } },
];

/** The target as a PATCH path, or as a key in a value without a path: `emails[type eq "work"].value`, `urn:…:User:department`. */
export function toPath(target: EntraTarget): string {
  switch (target.is) {
    case 'attribute':
      return target.name;
    case 'part':
      return `${target.name}.${target.part}`;
    case 'element':
      return `${target.name}[type eq "${target.type}"].${target.part}`;
    case 'enterprise':
      return `${enterpriseUserUrn}:${target.name}`;
  }
}

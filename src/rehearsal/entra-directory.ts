// Types of the people and groups in the simulated Entra.
/**
 * A person in the directory, with Entra's attribute names. A missing attribute is empty in the directory. `entra-mapping.ts` maps the
 * attributes to SCIM.
 */
export interface EntraPerson {
  /** Entra's id of the person; never sent with the default mapping. */
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly mailNickname: string;
  /** False if sign-in is blocked, or if the person is unassigned, out of scope or soft-deleted: SCIM does not distinguish these. */
  readonly accountEnabled: boolean;
  readonly displayName: string;
  readonly givenName?: string;
  readonly surname?: string;
  readonly mail?: string;
  readonly jobTitle?: string;
  readonly department?: string;
  readonly employeeId?: string;
  readonly physicalDeliveryOfficeName?: string;
  readonly streetAddress?: string;
  readonly city?: string;
  readonly postalCode?: string;
  readonly country?: string;
  readonly telephoneNumber?: string;
  readonly mobile?: string;
  readonly preferredLanguage?: string;
  /** `objectId` of another person. */
  readonly manager?: string;
}

/** A group of the directory. */
export interface EntraGroup {
  readonly objectId: string;
  readonly displayName: string;
  /** `objectId`s of people, each once. */
  readonly members: readonly string[];
}

/** The people and groups in scope of the provisioning job. */
export interface EntraDirectory {
  readonly people: readonly EntraPerson[];
  readonly groups: readonly EntraGroup[];
}

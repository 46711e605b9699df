// The people and groups of the simulated Entra.
/**
 * A person as the directory holds it, in Entra's own attribute names. A missing attribute is empty in the directory. The
 * generator and the client share it; what the attributes become on the wire is in `entra-mapping.ts`.
 */
export interface EntraPerson {
  /** Entra's id: what the client knows the person by; never sent with the default mapping. */
  readonly objectId: string;
  readonly userPrincipalName: string;
  readonly mailNickname: string;
  /** False when sign-in is blocked, the person is unassigned, out of scope or soft-deleted: all look alike from here. */
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

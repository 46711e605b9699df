// How reports name a person.

/** How commands name a person; every field may be empty. A deleted one is known by the match fields of the last row. */
export interface PersonLabel {
  readonly id: string;
  readonly displayName: string;
  readonly userName: string;
  /** Where several people are meant: whose they are. */
  readonly source?: string;
  /** The directory has deleted the person. */
  readonly deleted?: true;
}

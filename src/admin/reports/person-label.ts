// The type by which reports identify a person.

/** The names of a person in reports; every field may be empty. For a deleted person, they come from the match fields of the last row. */
export interface PersonLabel {
  readonly id: string;
  readonly displayName: string;
  readonly userName: string;
  /** The Source of the person; only if several people match. */
  readonly source?: string;
  /** True if the directory has deleted the person. */
  readonly deleted?: true;
}

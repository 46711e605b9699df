// Lists the columns that contain personal data.
/** How a row refers to its person: by a column with the id of a Person, or by the row of `persons`. */
export interface PersonalTable {
  readonly subject: string;
  /** Columns that contain personal data or copies of it. Vestibule's own ids are not personal data. */
  readonly columns: readonly string[];
}

/**
 * Every column with personal data, by table: the data that an export must contain and an erasure must delete. Tables that are not listed
 * contain none. `answer` and `parked_why` are strings of a Target and may quote the record; `why` of Targets and holds is our own text without names of
 * people; `why` of a person without a valid row quotes the invalid value.
 */
export const personalData: Readonly<Record<string, PersonalTable>> = {
  persons: { subject: 'id', columns: ['user_key', 'external_id', 'display', 'display_key', 'manager_ref', 'document'] },
  emails: { subject: 'person', columns: ['email_key'] },
  departed: { subject: 'id', columns: [] },
  memberships: { subject: 'member', columns: ['member', 'sent_as', 'display'] },
  plan_entries: { subject: 'subject_id', columns: ['entry'] },
  shadows: { subject: 'subject_id', columns: ['key', 'sent', 'seen'] },
  deliveries: { subject: 'subject_id', columns: ['key', 'match_keys', 'rows', 'receipt', 'parked_why', 'answer'] },
  match_keys: { subject: 'subject_id', columns: ['value'] },
  blocks: { subject: 'subject_id', columns: [] },
  rechecks: { subject: 'subject_id', columns: [] },
  decisions: { subject: 'subject_id', columns: [] },
  no_rows: { subject: 'subject_id', columns: ['why'] },
};

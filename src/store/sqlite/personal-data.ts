// Lists which columns contain personal data.
/** How a row refers to its person: a column with the id of a Person, or of the row of `persons`. */
export interface PersonalTable {
  readonly subject: string;
  /** Columns that contain personal data or copies of it. Vestibule's own ids are not personal data. */
  readonly columns: readonly string[];
}

/**
 * Every column that holds personal data, by table: what an export shows and an erasure scrubs. A table that is not here holds none.
 * `answer` is what a Target said, which may quote the record; `why` of Targets and holds is ours and names no person;
 * that of a person without a valid row quotes the value at fault.
 */
export const personalData: Readonly<Record<string, PersonalTable>> = {
  persons: { subject: 'id', columns: ['user_key', 'external_id', 'display', 'display_key', 'manager_ref', 'document'] },
  emails: { subject: 'person', columns: ['email_key'] },
  departed: { subject: 'id', columns: [] },
  memberships: { subject: 'member', columns: ['member', 'sent_as', 'display'] },
  plan_entries: { subject: 'subject_id', columns: ['entry'] },
  shadows: { subject: 'subject_id', columns: ['key', 'sent', 'seen'] },
  deliveries: { subject: 'subject_id', columns: ['key', 'match_keys', 'rows', 'receipt', 'answer'] },
  match_keys: { subject: 'subject_id', columns: ['value'] },
  blocks: { subject: 'subject_id', columns: [] },
  rechecks: { subject: 'subject_id', columns: [] },
  decisions: { subject: 'subject_id', columns: [] },
  no_rows: { subject: 'subject_id', columns: ['why'] },
};

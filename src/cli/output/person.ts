// Renders the name of a person.
import type { PersonLabel } from '../../admin/reports/person-label.ts';

/** The name of a person on screen: `Anna Berg (anna@contoso.com)`, or the known part of it, else the id; `[deleted]` if the directory deleted the person. */
export function showPerson({ id, displayName, userName, deleted }: PersonLabel): string {
  const name = displayName !== '' && userName !== '' ? `${displayName} (${userName})` : displayName || userName || id;
  return deleted === true ? `${name} [deleted]` : name;
}

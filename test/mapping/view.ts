import { viewTexts, type PersonView } from '../../src/domain/person-view.ts';

/** A PersonView that is empty except for the given attributes. */
export function aView(differing: Partial<PersonView> = {}): PersonView {
  return {
    ...(Object.fromEntries(viewTexts.map((name) => [name, ''])) as Record<(typeof viewTexts)[number], string>),
    active: true,
    manager: { displayName: '', email: '', employeeNumber: '' },
    groups: [],
    groupIds: [],
    roles: [],
    custom: {},
    user: { userName: 'anna@contoso.com' },
    ...differing,
  };
}

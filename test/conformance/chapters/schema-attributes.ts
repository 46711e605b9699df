import { expect } from 'vitest';
import { differs, must, type Chapter, type Requirement } from '../requirement.ts';
import { urns } from '../scim.ts';

// RFC 7643 §8.7.1, written down independently. Of each attribute: its name, then what differs from the defaults of §2.2. `[]` multi-valued,
// `exact` caseExact, `a|b` canonical values, `->A,B` referenceTypes, `server` uniqueness. Sub-attributes follow indented.
const plainMulti = '\n value string\n display string\n type string\n primary boolean';
const typed = (types: string) => `\n value string\n display string\n type string ${types}\n primary boolean`;
const names = ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'];
const address = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'];
const texts = (of: readonly string[]) => of.map((name) => `\n ${name} string`).join('');

const userAttributes: readonly string[] = [
  'userName string required server',
  `name complex${texts(names)}`,
  'displayName string',
  'nickName string',
  'profileUrl reference exact ->external',
  'title string',
  'userType string',
  'preferredLanguage string',
  'locale string',
  'timezone string',
  'active boolean',
  `emails complex []${typed('work|home|other')}`,
  `phoneNumbers complex []${typed('work|home|mobile|fax|pager|other')}`,
  `ims complex []${typed('aim|gtalk|icq|xmpp|msn|skype|qq|yahoo')}`,
  `photos complex []\n value reference exact ->external\n display string\n type string photo|thumbnail\n primary boolean`,
  `addresses complex []${texts(address)}\n type string work|home|other\n primary boolean`,
  'groups complex [] readOnly\n value string exact readOnly\n $ref reference exact readOnly ->Group\n display string readOnly\n type string readOnly direct|indirect',
  `entitlements complex []${plainMulti}`,
  `roles complex []${plainMulti}`,
  `x509Certificates complex []\n value binary exact\n display string\n type string\n primary boolean`,
];

const enterpriseAttributes: readonly string[] = [
  'employeeNumber string',
  'costCenter string',
  'organization string',
  'division string',
  'department string',
  'manager complex\n value string exact\n $ref reference exact ->User\n displayName string readOnly',
];

const membersAttribute =
  'members complex []\n value string exact immutable\n $ref reference exact immutable ->User,Group\n type string immutable User|Group';

interface Shown {
  readonly name: string;
  readonly canonicalValues?: readonly string[];
  readonly subAttributes?: readonly Shown[];
}

/** The characteristics of each attribute as `/Schemas` shows them (RFC 7643 §7 and §8.7.1). */
export const schemaAttributes: Chapter = {
  title: 'Attributes in the schemas',
  file: 'schema-attributes',
  requirements: [
    ...userAttributes.filter((line) => !line.startsWith('emails')).map((line) => shows(urns.user, 'User', line)),
    differs(
      shows(urns.user, 'User', userAttributes.find((line) => line.startsWith('emails')) ?? '', { without: 'display' }),
      'emails.display is accepted but not listed in the schema, because the SCIM Validator rejected schemas with it',
    ),
    differs(
      must('RFC 7643 §8.7.1', 'User: password is a string, case-exact, writeOnly, never returned', async (scim) => {
        const { body } = await scim.get(`/Schemas/${urns.user}`);
        expect((body['attributes'] as readonly Shown[]).map(({ name }) => name)).not.toContain('password');
      }),
      'it is accepted but not listed in the schema: it is not stored, and the SCIM Validator rejected schemas with it',
    ),
    differs(
      must('RFC 7643 §8.7.1', 'Group: displayName is a string, required (§4.2), uniqueness none', async (scim) => {
        const { body } = await scim.get(`/Schemas/${urns.group}`);
        const shown = (body['attributes'] as readonly Shown[]).find(({ name }) => name === 'displayName');
        expect(shown).toMatchObject({ ...characteristics('displayName string required'), uniqueness: 'server' });
      }),
      'the schema says server, because a second Group with that name is rejected',
    ),
    shows(urns.group, 'Group', membersAttribute, { more: ['display'] }),
    ...enterpriseAttributes.map((line) => shows(urns.enterprise, 'EnterpriseUser', line)),
  ],
};

/** The row of one attribute. `without` names a sub-attribute that is not shown, `more` those shown beyond the RFC. */
function shows(
  schema: string,
  type: string,
  lines: string,
  { without, more = [] }: { readonly without?: string; readonly more?: readonly string[] } = {},
): Requirement {
  const [line = '', ...parts] = lines.split('\n');
  const expected = parts.map((part) => part.trim());
  const names = expected.map((part) => part.split(' ')[0]);
  const text = `${type}: ${describe(line)}${names.length > 0 ? `, with the sub-attributes ${names.join(', ')}` : ''}`;
  return must('RFC 7643 §8.7.1', text, async (scim) => {
    const { body } = await scim.get(`/Schemas/${schema}`);
    const [name = ''] = line.split(' ');
    const shown = (body['attributes'] as readonly Shown[]).find((one) => one.name === name);
    expect(shown).toMatchObject(characteristics(line));
    const wanted = expected.filter((part) => part.split(' ')[0] !== without);
    const subs = (shown?.subAttributes ?? []).filter((one) => !more.includes(one.name));
    expect(subs).toMatchObject(wanted.map(characteristics));
  });
}

function describe(line: string): string {
  const [name, type, ...rest] = line.split(' ');
  const kind = type === 'complex' ? type : `a ${type}`;
  const words = rest.map((word) => {
    if (word === '[]') return 'multi-valued';
    if (word === 'exact') return 'case-exact';
    if (word === 'server') return 'unique on the server';
    return word.startsWith('->') ? `referenceTypes ${word.slice(2)}` : word;
  });
  return `${name} is ${[kind, ...words].join(', ')}`;
}

/** What `/Schemas` must show for a line: the defaults of RFC 7643 §2.2, but for what the line says. */
function characteristics(line: string): object {
  const [name, type, ...words] = line.split(' ');
  const canonicalValues = words.find((word) => word.includes('|'))?.split('|');
  const referenceTypes = words
    .find((word) => word.startsWith('->'))
    ?.slice(2)
    .split(',');
  return {
    name,
    type,
    multiValued: words.includes('[]'),
    required: words.includes('required'),
    caseExact: words.includes('exact'),
    mutability: ['readOnly', 'immutable', 'writeOnly'].find((one) => words.includes(one)) ?? 'readWrite',
    returned: 'default',
    uniqueness: words.includes('server') ? 'server' : 'none',
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
  };
}

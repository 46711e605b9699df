import { expect } from 'vitest';
import { differs, may, must, type Chapter, type Requirement } from '../requirement.ts';
import { expectError, urns, type Scim } from '../scim.ts';

/** Four people of whom each filter below finds some. All are created a minute apart, from 2026-11-21T12:00:00Z on. */
async function settle(scim: Scim): Promise<void> {
  const people = [
    {
      userName: 'bjensen',
      name: { familyName: "O'Malley" },
      title: 'Vice President',
      userType: 'Employee',
      active: true,
      emails: [
        { value: 'bjensen@example.com', type: 'work', primary: true },
        { value: 'babs@home.test', type: 'home' },
      ],
      [urns.enterprise]: { department: 'Lab', employeeNumber: '0815' },
    },
    {
      userName: 'Jsmith',
      name: { familyName: 'Smith' },
      userType: 'Intern',
      active: true,
      emails: [{ value: 'js@example.org', type: 'home' }],
      ims: [{ value: 'js@foo.com', type: 'xmpp' }],
    },
    {
      userName: 'mallory',
      userType: 'Contractor',
      title: 'Guard',
      active: false,
      emails: [
        { value: 'm@other.test', type: 'work' },
        { value: 'm@example.com', type: 'home' },
      ],
    },
    { userName: 'Zoe', name: { familyName: 'Smithers' }, userType: 'employee', externalId: 'say "hi" \\ or not' },
  ];
  for (const person of people) {
    await scim.user(person);
    scim.server.clock.advance(60_000);
  }
}

const bjensen = 'bjensen';
const js = 'Jsmith';
const mallory = 'mallory';
const zoe = 'Zoe';

/** A row that a filter finds just these people. */
function finds(section: string, text: string, filter: string, names: readonly string[]): Requirement {
  return must(section, text, async (scim) => {
    await settle(scim);
    expect(await scim.find(filter)).toEqual(names.toSorted());
  });
}

/** A row that an example of the RFC finds just these people. */
function example(filter: string, names: readonly string[]): Requirement {
  return finds('RFC 7644 §3.4.2.2', `the RFC example \`${filter}\` selects the resources that the RFC describes`, filter, names);
}

/** A row that a filter is refused with 400 invalidFilter. */
function refuses(text: string, ...filters: readonly string[]): Requirement {
  return must('RFC 7644 §3.4.2.2', text, async (scim) => {
    await settle(scim);
    for (const filter of filters) expectError(await scim.query('/Users', { filter }), 400, 'invalidFilter');
  });
}

const section = 'RFC 7644 §3.4.2.2';

/** The grammar of filters and what they mean (RFC 7644 §3.4.2.2). */
export const filtering: Chapter = {
  title: 'Filters',
  file: 'filtering',
  requirements: [
    example('userName eq "bjensen"', [bjensen]),
    example('name.familyName co "O\'Malley"', [bjensen]),
    example('userName sw "J"', [js]),
    example(`${urns.user}:userName sw "J"`, [js]),
    example('title pr', [bjensen, mallory]),
    example('meta.lastModified gt "2026-11-21T12:01:00Z"', [mallory, zoe]),
    example('meta.lastModified ge "2026-11-21T12:01:00Z"', [js, mallory, zoe]),
    example('meta.lastModified lt "2026-11-21T12:01:00Z"', [bjensen]),
    example('meta.lastModified le "2026-11-21T12:01:00Z"', [bjensen, js]),
    example('title pr and userType eq "Employee"', [bjensen]),
    example('title pr or userType eq "Intern"', [bjensen, js, mallory]),
    example(`schemas eq "${urns.enterprise}"`, [bjensen]),
    example('userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")', [bjensen]),
    example('userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")', []),
    example('userType eq "Employee" and (emails.type eq "work")', [bjensen]),
    example('userType eq "Employee" and emails[type eq "work" and value co "@example.com"]', [bjensen]),
    example('emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]', [bjensen, js]),

    finds(section, 'names of attributes and sub-attributes are case-insensitive', 'NAME.FAMILYNAME eq "Smith"', [js]),
    finds(section, 'operators are case-insensitive', 'userName EQ "bjensen" Or userName Sw "zo"', [bjensen, zoe]),
    finds(section, 'the URN in front of an attribute name is case-insensitive', `${urns.enterprise.toUpperCase()}:department eq "Lab"`, [
      bjensen,
    ]),
    finds(section, 'the operator not is case-insensitive and can be directly followed by a parenthesis', 'NOT(title pr)', [js, zoe]),
    finds(section, 'the operator and has precedence over or', 'userName eq "Zoe" or userType eq "Intern" and title pr', [zoe]),
    finds(section, 'parentheses have the highest precedence', '(userName eq "Zoe" or userType eq "Intern") and not (title pr)', [js, zoe]),
    finds(section, 'the operator not has precedence over and', 'not (title pr) and userType eq "Intern"', [js]),
    finds(section, 'parentheses can be nested', '((userName eq "Zoe") or (((userType eq "Intern"))))', [js, zoe]),
    finds(section, 'a filter on a multi-valued attribute matches if any element matches', 'emails.type eq "home"', [bjensen, js, mallory]),
    finds(
      section,
      'two conditions on one multi-valued attribute can match different elements',
      'emails.type eq "work" and emails.value co "example.com"',
      [bjensen, mallory],
    ),
    finds(section, 'conditions in brackets must all match the same element', 'emails[type eq "work" and value co "example.com"]', [
      bjensen,
    ]),
    finds(section, 'brackets can contain the operators or and not', 'emails[type eq "home" and not (value co "example")]', [bjensen]),
    finds(section, 'a value path can be enclosed in parentheses and negated', 'not (emails[type eq "work"])', [js, zoe]),
    finds(section, 'a multi-valued complex attribute without a sub-attribute means its value sub-attribute', 'emails eq "js@example.org"', [
      js,
    ]),
    finds(
      section,
      'strings are compared regardless of case unless the attribute is case-exact',
      'userName eq "ZOE" and userType eq "EMPLOYEE"',
      [zoe],
    ),
    finds(
      section,
      'strings in sub-attributes are also compared regardless of case',
      'emails[type eq "WORK"].value eq "BJENSEN@example.com"',
      [bjensen],
    ),
    finds(section, 'strings use the escape sequences of JSON', 'externalId eq "say \\"hi\\" \\\\ or not"', [zoe]),
    finds(section, 'a string can contain any Unicode escape sequence', 'userName eq "\\u005aoe"', [zoe]),
    finds(section, 'keywords inside a quoted string are part of the string', 'externalId co "or not"', [zoe]),
    finds(section, 'a comparison with null matches an absent value', 'title eq null', [js, zoe]),
    finds(section, 'booleans are compared with true and false', 'active eq false', [mallory]),
    finds(section, 'pr on a multi-valued or complex attribute matches if it has any value', 'emails pr and name pr', [bjensen, js]),
    finds(section, 'pr does not match an absent value', 'ims pr', [js]),
    finds(section, 'an attribute of an extension is addressed by its URN', `${urns.enterprise}:employeeNumber eq "0815"`, [bjensen]),
    finds(section, 'filters can use the attributes of meta', 'meta.resourceType eq "User" and meta.created le "2026-11-21T12:00:00Z"', [
      bjensen,
    ]),
    finds(section, 'ne matches different values and absent values', 'title ne "Guard"', [bjensen, js, zoe]),
    finds(
      'RFC 7644 §3.10',
      'attributes and sub-attributes of the core schema can be prefixed with the URN of the schema',
      `${urns.user}:name.familyName eq "Smith"`,
      [js],
    ),
    finds('RFC 7644 §3.4.2.1', 'an unknown attribute counts as absent', 'fruit pr or fruit eq "apple"', []),
    may(section, 'filters can use the members of Groups', async (scim) => {
      const user = await scim.user();
      await scim.group({ displayName: 'Lab', members: [{ value: user.id }] });
      await scim.group({ displayName: 'Other' });
      for (const filter of [`members eq "${user.id}"`, `members.value eq "${user.id}"`, `members[value eq "${user.id}"]`])
        expect((await scim.list('/Groups', { filter })).names).toEqual(['Lab']);
    }),

    refuses('an unknown operator is rejected', 'userName like "b"', 'userName == "b"', 'userName is "b"'),
    refuses(
      'an incomplete filter is rejected',
      'userName eq',
      'userName',
      'userName eq "b" and',
      'not',
      '(userName eq "b"',
      'emails[type eq "work"',
    ),
    refuses(
      'a filter with trailing text is rejected',
      'userName eq "b")',
      'userName eq "b" userName',
      'userName pr "b"',
      'emails[type eq "work"]]',
    ),
    refuses('a string without a closing quotation mark is rejected', 'userName eq "b', 'userName eq "b\\"'),
    refuses('the operator not without parentheses is rejected', 'not userName eq "b"'),
    refuses('an invalid attribute name is rejected', '7up eq "b"', '.userName eq "b"', 'user name eq "b"', 'name. eq "b"'),
    refuses('nested brackets are rejected', 'emails[type[value eq "x"] eq "work"]'),
    refuses('gt, ge, lt and le on a boolean are rejected', 'active gt true', 'active ge true', 'active lt true', 'active le true'),
    refuses(
      'gt, ge, lt and le on binary values are rejected',
      ...['gt', 'ge', 'lt', 'le'].map((op) => `x509Certificates.value ${op} "MII="`),
    ),
    must(section, 'an unknown operator in a filter on Groups is also rejected', async (scim) => {
      expectError(await scim.get('/Groups?filter=displayName%20foo%20%22x%22'), 400, 'invalidFilter');
    }),

    differs(
      finds(section, 'the value in a comparison is a JSON literal', 'userName eq bjensen', [bjensen]),
      'words, ids and dates without quotation marks are also accepted, as strings, because Microsoft’s documentation and tests contain them',
    ),
    differs(
      finds(section, 'a boolean is compared only with true or false', 'active eq "False"', [mallory]),
      'the strings "True" and "False" are also accepted, because Entra ID sends them in paths',
    ),
    differs(
      finds(section, 'a value path in a filter ends with its brackets', 'emails[type eq "work"].value eq "m@other.test"', [mallory]),
      'a sub-attribute can follow the brackets, because Entra ID searches this way if the e-mail address is the matching attribute',
    ),
    differs(
      must(section, 'a User without the active attribute does not match active eq true', async (scim) => {
        await settle(scim);
        expect(await scim.find('active eq true')).toEqual([bjensen, js, zoe].toSorted());
      }),
      'it matches: a User without the active attribute counts as active',
    ),
    differs(
      must(section, 'the name of an extension attribute must include the URN', async (scim) => {
        const boss = await scim.user();
        const user = await scim.user({ userName: 'mira', [urns.enterprise]: { manager: { value: boss.id } } });
        expect(await scim.find(`id eq ${user.id} and manager eq ${boss.id}`)).toEqual(['mira']);
      }),
      'manager without a URN means the manager attribute of the enterprise extension, because Entra ID checks references this way',
    ),
  ],
};

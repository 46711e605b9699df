import { expect, it } from 'vitest';
import { ScimError, UniquenessConflict } from '../../../src/scim/errors.ts';
import { parseFilter } from '../../../src/scim/filter/parse-filter.ts';
import { enterpriseUserUrn } from '../../../src/scim/resource.ts';
import { anOrigin, aUser, later } from '../../support/builders.ts';
import { openForTest, type OpenStore } from './harness.ts';

const all = { startIndex: 1, count: 100 };
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Users of one Source. */
export function describeUsers(open: OpenStore): void {
  it('stages a Person under a new id, with version 1 and the document as given', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const person = await users.create(aUser(), anOrigin());
    expect(person.id).toMatch(uuid);
    expect(person).toMatchObject({ source: 'default', version: 1, createdAt: anOrigin().at, modifiedAt: anOrigin().at });
    expect(person.user).toEqual(aUser());
    expect(await users.get(person.id)).toMatchObject({ person: { id: person.id, user: aUser(), version: 1 }, groups: [] });
  });

  it('increases the version with each change, and not when nothing changes', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const { id } = await users.create(aUser(), anOrigin());
    const changed = await users.update(id, (user) => ({ ...user, title: 'Porter' }), anOrigin({ at: later(1000) }));
    expect(changed).toMatchObject({ version: 2, modifiedAt: later(1000), createdAt: anOrigin().at, user: { title: 'Porter' } });
    const same = await users.update(id, (user) => user, anOrigin({ at: later(2000) }));
    const equal = await users.update(id, (user) => ({ ...user }), anOrigin({ at: later(3000) }));
    expect([same, equal].map((person) => [person.version, person.modifiedAt])).toEqual([
      [2, later(1000)],
      [2, later(1000)],
    ]);
    expect(await store.changes.head()).toBe(2);
    expect((await store.sources.get('default'))?.lastWrite).toEqual(later(1000));
  });

  it('passes the current Person to the callback, and rejects with the error that the callback throws', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const { id } = await users.create(aUser(), anOrigin());
    await expect(
      users.update(
        id,
        (_, person) => {
          throw new ScimError(412, undefined, `is at ${person.version}`);
        },
        anOrigin(),
      ),
    ).rejects.toThrow('is at 1');
    await expect(
      users.remove(id, anOrigin(), (person) => {
        throw new ScimError(412, undefined, `is at ${person.version}`);
      }),
    ).rejects.toThrow('is at 1');
    expect(await users.get(id)).toBeDefined();
  });

  it('keeps userNames unique regardless of case, also on update, and frees them on removal', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const anna = await users.create(aUser(), anOrigin());
    const bert = await users.create(aUser({ userName: 'bert' }), anOrigin());
    await expect(users.create(aUser({ userName: 'ANNA@Contoso.test' }), anOrigin())).rejects.toThrow(UniquenessConflict);
    await expect(users.update(bert.id, (user) => ({ ...user, userName: 'Anna@contoso.test' }), anOrigin())).rejects.toThrow(
      UniquenessConflict,
    );
    expect((await users.get(bert.id))?.person).toMatchObject({ version: 1, user: { userName: 'bert' } });
    await expect(users.update(anna.id, (user) => ({ ...user, userName: 'ANNA@contoso.test' }), anOrigin())).resolves.toMatchObject({
      version: 2,
    });
    await users.remove(anna.id, anOrigin());
    await expect(users.create(aUser(), anOrigin())).resolves.toMatchObject({ version: 1 });
  });

  it.each([
    ['composed and decomposed', 'ren\u00e9@contoso.test', 'RENE\u0301@contoso.test'],
    ['full-width and usual letters', 'mira@contoso.test', '\uff2d\uff49\uff52\uff41@contoso.test'],
  ])('treats userNames as equal: %s (RFC 7644 §5)', async (_, one, other) => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const { id } = await users.create(aUser({ userName: one }), anOrigin());
    await expect(users.create(aUser({ userName: other }), anOrigin())).rejects.toThrow(UniquenessConflict);
    const { items } = await users.find({ ...all, filter: parseFilter(`userName eq ${JSON.stringify(other)}`) });
    expect(items.map(({ person }) => person.id)).toEqual([id]);
  });

  it.each(['manager eq "BOSS"', 'manager.value eq "E-7"', 'manager[value eq "BOSS"]', `${enterpriseUserUrn}:manager.value eq "BOSS"`])(
    'finds by %s people with that manager, whichever id the reference uses',
    async (filter) => {
      const { store } = await openForTest(open);
      const { users } = store.of('default');
      const managedBy = (value: string) => ({ [enterpriseUserUrn]: { manager: { value } } });
      const report = await users.create(aUser({ userName: 'report', ...managedBy('E-7') }), anOrigin());
      const boss = await users.create(aUser({ userName: 'boss', externalId: 'E-7' }), anOrigin());
      const found = async (text: string) =>
        (await users.find({ ...all, filter: parseFilter(text.replace('BOSS', boss.id)) })).items.map(({ person }) => person.id);
      expect(await found(filter)).toEqual([report.id]);
      expect(await found(`not (${filter})`)).toEqual([boss.id]);
    },
  );

  it('rejects writes to an unknown person with 404, and returns undefined to a read', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const { id } = await users.create(aUser(), anOrigin());
    await users.remove(id, anOrigin());
    expect(await users.get(id)).toBeUndefined();
    await expect(users.remove(id, anOrigin())).rejects.toMatchObject({ status: 404 });
    await expect(users.update(id, (user) => user, anOrigin())).rejects.toMatchObject({ status: 404 });
  });

  it('never returns people of another Source', async () => {
    const { store } = await openForTest(open);
    const { id } = await store.of('one').users.create(aUser(), anOrigin());
    const two = store.of('two');
    await expect(two.users.create(aUser(), anOrigin())).resolves.toMatchObject({ source: 'two' });
    expect(await two.users.get(id)).toBeUndefined();
    expect((await two.users.find({ ...all, filter: parseFilter(`id eq "${id}"`) })).total).toBe(0);
    await expect(two.users.remove(id, anOrigin())).rejects.toMatchObject({ status: 404 });
    const group = await two.groups.create({ displayName: 'Hosts' }, [{ value: id }], anOrigin());
    expect(await two.groups.members(group.id, undefined, 10)).toEqual([{ id }]);
    expect((await store.of('one').users.get(id))?.groups).toEqual([]);
    expect((await store.people.views([id])).get(id)?.groups).toEqual([]);
  });

  it('lists people in the order of arrival, page by page, with the total', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    for (const userName of ['d', 'a', 'c', 'b', 'e']) await users.create(aUser({ userName }), anOrigin());
    await users.create(aUser({ userName: 'gone' }), anOrigin()).then(({ id }) => users.remove(id, anOrigin()));
    const names = async (startIndex: number, count: number) => {
      const page = await users.find({ startIndex, count });
      return [page.total, page.items.map((item) => item.person.user.userName).join('')];
    };
    expect(await names(1, 2)).toEqual([5, 'da']);
    expect(await names(3, 2)).toEqual([5, 'cb']);
    expect(await names(5, 2)).toEqual([5, 'e']);
    expect(await names(6, 2)).toEqual([5, '']);
    expect(await names(1, 0)).toEqual([5, '']);
  });

  it('sorts a page on request', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    for (const userName of ['d', 'A', 'c', 'B']) await users.create(aUser({ userName }), anOrigin());
    const sorted = async (descending: boolean) =>
      (await users.find({ startIndex: 2, count: 2, sort: { by: 'userName', descending } })).items.map((item) => item.person.user.userName);
    expect(await sorted(false)).toEqual(['B', 'c']);
    expect(await sorted(true)).toEqual(['c', 'B']);
    await expect(users.find({ ...all, sort: { by: 'nothing', descending: false } })).rejects.toThrow(ScimError);
  });

  it.each([
    ['userName eq "ANNA"', ['anna']],
    ['userName eq "nobody"', []],
    ['id eq "unknown"', []],
    ['externalId eq "E-1"', ['anna', 'bert']],
    ['externalId eq "e-1"', []],
    ['emails.value eq "Private@home.test"', ['anna']],
    ['emails[type eq "work"].value eq "anna@Work.test"', ['anna']],
    ['emails[type eq "work"].value eq "private@home.test"', []],
    ['emails[type eq "work" and value eq "shared@work.test"]', ['bert', 'carl']],
    ['displayName eq "ANNA BERG"', ['anna']],
    ['displayName eq "Same Name" and active eq false', ['carl']],
    ['externalId eq "E-1" and userName eq "bert"', ['bert']],
    ['userName eq "anna" or userName eq "carl"', ['anna', 'carl']],
    ['not (userName eq "anna")', ['bert', 'carl']],
    ['userName sw "c"', ['carl']],
    ['title pr', ['carl']],
    ['active eq true', ['anna', 'bert']],
    [`${enterpriseUserUrn}:department eq "sales"`, ['bert']],
    ['groups.display eq "Hosts"', ['bert']],
    ['meta.created gt "2026-11-21T12:00:01Z"', ['carl']],
  ])('finds by %s', async (filter, expected) => {
    const { store } = await openForTest(open);
    const { users, groups } = store.of('default');
    await users.create(
      aUser({
        userName: 'anna',
        externalId: 'E-1',
        emails: [
          { value: 'anna@work.test', type: 'Work' },
          { value: 'private@home.test', type: 'home' },
        ],
      }),
      anOrigin(),
    );
    const bert = await users.create(
      aUser({
        userName: 'bert',
        externalId: 'E-1',
        displayName: 'Same Name',
        emails: [{ value: 'shared@work.test', type: 'work' }],
        [enterpriseUserUrn]: { department: 'Sales' },
      }),
      anOrigin(),
    );
    await users.create(
      aUser({
        userName: 'carl',
        displayName: 'same name',
        title: 'Porter',
        active: false,
        emails: [{ value: 'SHARED@work.test', type: 'work' }],
      }),
      anOrigin({ at: later(5000) }),
    );
    await groups.create({ displayName: 'hosts' }, [{ value: bert.id }], anOrigin());
    const page = await users.find({ ...all, filter: parseFilter(filter) });
    expect(page.items.map((item) => item.person.user.userName)).toEqual(expected);
    expect(page.total).toBe(expected.length);
  });

  it('finds people by current values, not by former ones', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    const { id } = await users.create(aUser({ externalId: 'old' }), anOrigin());
    await users.update(
      id,
      () => ({ userName: 'new', externalId: 'new', displayName: 'New', emails: [{ value: 'new@work.test', type: 'work' }] }),
      anOrigin(),
    );
    const total = async (filter: string) => (await users.find({ ...all, filter: parseFilter(filter) })).total;
    for (const filter of [
      'userName eq "anna@contoso.test"',
      'externalId eq "old"',
      'emails.value eq "anna@contoso.test"',
      'displayName eq "anna berg"',
    ]) {
      expect(await total(filter), filter).toBe(0);
    }
    for (const filter of ['userName eq "NEW"', 'externalId eq "new"', 'emails.value eq "new@work.test"', 'displayName eq "new"']) {
      expect(await total(filter), filter).toBe(1);
    }
    await users.remove(id, anOrigin());
    expect(await total('emails.value eq "new@work.test"')).toBe(0);
  });

  it('returns pages of a filter that no index serves, over many pages of rows', async () => {
    const { store } = await openForTest(open);
    const { users } = store.of('default');
    await Promise.all(
      Array.from({ length: 600 }, (_, index) =>
        users.create(aUser({ userName: `u-${index}`, title: index % 3 === 0 ? 'Porter' : 'Guard' }), anOrigin()),
      ),
    );
    const page = await users.find({ filter: parseFilter('title eq "porter"'), startIndex: 199, count: 5 });
    expect(page.total).toBe(200);
    expect(page.items).toHaveLength(2);
  });

  it('rejects an invalid filter', async () => {
    const { store } = await openForTest(open);
    await expect(store.of('default').users.find({ ...all, filter: parseFilter('active gt true') })).rejects.toMatchObject({
      scimType: 'invalidFilter',
    });
  });
}

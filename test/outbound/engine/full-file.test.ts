import { describe, expect, it } from 'vitest';
import { FakeDrop, textOf } from './fake-target.ts';
import { definitionOf, openHarness } from './harness.ts';

const file = definitionOf({ can: ['create', 'update', 'delete'], absent: 'removed' });
const namesOf = (drop: FakeDrop) => drop.rows.map((row) => textOf(row['Name'])).sort();

async function liveFile(emails: readonly string[]) {
  const drop = new FakeDrop();
  const harness = await openHarness({ 'front-desk': () => drop.connect() });
  const people = await Promise.all(emails.map((email) => harness.join(email)));
  await harness.apply(file, { replaceAll: true });
  await harness.idle();
  return { drop, harness, people };
}

describe('a full file', () => {
  it('contains everyone, and no longer contains a person who leaves', async () => {
    const { drop, harness, people } = await liveFile(['a@x.test', 'b@x.test', 'c@x.test']);
    expect(namesOf(drop)).toEqual(['a', 'b', 'c']);
    await harness.disable(people[0]?.id ?? '');
    await harness.idle();
    expect(namesOf(drop)).toEqual(['b', 'c']);
  });

  it('keeps the last accepted row of a person whose e-mail is empty now', async () => {
    const { drop, harness, people } = await liveFile(['a@x.test', 'b@x.test']);
    await harness.patch(people[0]?.id ?? '', (user) => ({ ...user, emails: [], displayName: 'changed' }));
    await harness.join('c@x.test');
    await harness.idle();
    expect(drop.rows.map((row) => `${textOf(row['Email'])} ${textOf(row['Name'])}`).sort()).toEqual([
      'a@x.test a',
      'b@x.test b',
      'c@x.test c',
    ]);
  });

  it('keeps the last accepted row of a person whose new name cannot be written in its encoding', async () => {
    const { drop, harness, people } = await liveFile(['a@x.test', 'b@x.test']);
    await harness.patch(people[0]?.id ?? '', (user) => ({ ...user, displayName: '王芳' }));
    await harness.join('c@x.test');
    await harness.idle();
    expect(namesOf(drop)).toEqual(['a', 'b', 'c']);
  });

  it('keeps the row of a person who was deleted and created again with a name that cannot be written', async () => {
    const { drop, harness, people } = await liveFile(['a@x.test', 'b@x.test']);
    await harness.store.of('default').users.remove(people[0]?.id ?? '', harness.by());
    await harness.join('a@x.test', { displayName: '王芳' });
    await harness.join('c@x.test');
    await harness.idle();
    await harness.idle();
    expect(namesOf(drop)).toEqual(['a', 'b', 'c']);
  });

  it('keeps people whose removal the Guard holds', async () => {
    const { drop, harness, people } = await liveFile(['a@x.test', 'b@x.test']);
    for (const person of people) await harness.disable(person.id);
    await harness.join('c@x.test');
    await harness.idle();
    expect(namesOf(drop)).toEqual(expect.arrayContaining(['c']));
    expect(drop.rows.length).toBeGreaterThan(1);
  });

  it('that could not be handed over is handed over later with all changes', async () => {
    const { drop, harness } = await liveFile(['a@x.test']);
    drop.down = true;
    await harness.join('b@x.test');
    await harness.idle();
    expect(await harness.target()).toMatchObject({ trouble: 'the folder is not there' });
    drop.down = false;
    harness.clock.advance(300_000);
    await harness.idle();
    expect(namesOf(drop)).toEqual(['a', 'b']);
  });

  it('is not written for a product that removes missing people until a person confirms that', async () => {
    const drop = new FakeDrop();
    const harness = await openHarness({ 'front-desk': () => drop.connect() });
    await harness.join('a@x.test');
    await harness.join('no-mail', { emails: [] });
    await expect(harness.apply(file)).rejects.toMatchObject({ hint: expect.stringContaining('--replace-all') });
    await expect(harness.apply(file, { replaceAll: true })).rejects.toMatchObject({
      message: expect.stringContaining('1 person in scope has'),
    });
    await harness.apply(file, { replaceAll: true, without: 1 });
    await harness.idle();
    expect(namesOf(drop)).toEqual(['a']);
  });

  it('is written again under the same name after a crash during writing', async () => {
    const { drop, harness } = await liveFile(['a@x.test']);
    await harness.engine.stop();
    await harness.join('b@x.test');
    await harness.restart();
    await harness.idle();
    expect(namesOf(drop)).toEqual(['a', 'b']);
    expect((await harness.target()).publication).toBeUndefined();
  });
});

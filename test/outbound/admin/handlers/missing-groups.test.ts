import { expect, it } from 'vitest';
import { showPlan } from '../../../../src/cli/output/plan.ts';
import { showStatus } from '../../../../src/cli/output/status.ts';
import { showWhy } from '../../../../src/cli/output/why.ts';
import { createStyle } from '../../../../src/cli/output/style.ts';
import { FakeSystem } from '../../engine/fake-target.ts';
import { definitionOf, openHarness } from '../../engine/harness.ts';
import { createTestApi } from '../../../http/support/admin-api.ts';
import { siteFiles } from '../../../support/site-files.ts';

const plain = createStyle(false);

/** A live Target for the members of this Group, and one person without a Group. */
async function openDesk(group: string) {
  const system = new FakeSystem();
  const harness = await openHarness({ 'front-desk': () => system.connect() });
  const anna = await harness.join('anna@x.test');
  const definition = definitionOf({ scope: [{ name: 'hosts', rule: `memberOf("${group}")` }] });
  const api = createTestApi(harness, { readFiles: () => siteFiles([definition]) });
  const receive = (displayName: string) => harness.store.of('default').groups.create({ displayName }, [{ value: anna.id }], harness.by());
  /** The texts of plan, status and why about the group, as shown to a technician. */
  const say = async () => [
    showPlan(await api.plan('front-desk'), plain),
    showStatus(await api.status(), plain),
    showWhy(await api.why('anna@x.test'), 'anna@x.test', plain),
  ];
  return { harness, definition, receive, say };
}

it('plan, status and why name a group that was never received, and the group that was probably meant', async () => {
  const { harness, definition, receive, say } = await openDesk('Visitor Host');
  const assign = /no group “Visitor Host” has been received: assign the group to the enterprise application in Entra, or correct its name/i;
  await harness.engine.syncDefinitions([{ name: 'front-desk', fileDefinition: definition }], (applied) => applied);
  for (const text of await say()) expect(text).toMatch(assign);
  await harness.apply(definition);
  await harness.idle();
  for (const text of await say()) expect(text).toMatch(assign);
  await receive('Visitor Hosts');
  for (const text of await say()) expect(text).toMatch(/no group “Visitor Host” has been received; did you mean “Visitor Hosts”\?/i);
});

it('reports no problem for a group that exists in another spelling, before and after the apply', async () => {
  const { harness, definition, receive, say } = await openDesk('visitor hosts');
  await receive('Visitor Hosts');
  await harness.engine.syncDefinitions([{ name: 'front-desk', fileDefinition: definition }], (applied) => applied);
  for (const text of await say()) expect(text).not.toMatch(/no group/i);
  await harness.apply(definition);
  await harness.idle();
  for (const text of await say()) expect(text).not.toMatch(/no group/i);
});

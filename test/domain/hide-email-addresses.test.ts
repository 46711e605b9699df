import { expect, it } from 'vitest';
import { hideEmailAddresses } from '../../src/domain/hide-email-addresses.ts';

it.each([
  ['anna@contoso.com is unknown', '[hidden] is unknown'],
  ['{"mail":"Anna.Berg+x@mail.contoso.co.uk"}', '{"mail":"[hidden]"}'],
  ['q=anna@contoso.com&page=1', 'q=[hidden]&page=1'],
  ['<jörg@contoso.com>, (b@c.test)', '<[hidden]>, ([hidden])'],
  ['no address @ all', 'no address @ all'],
  ['', ''],
])('replaces the addresses in %j', (text, hidden) => {
  expect(hideEmailAddresses(text)).toBe(hidden);
});

it('replacing addresses takes time in proportion to the text', () => {
  const begun = performance.now();
  hideEmailAddresses('a'.repeat(200_000));
  expect(performance.now() - begun).toBeLessThan(1_000);
});

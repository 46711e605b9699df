import { expect, test } from 'vitest';
import { UndeclaredAttributes } from '../../src/staging/undeclared-attributes.ts';
import { keepLines } from '../support/log-lines.ts';
import { TestClock } from '../support/test-clock.ts';

function open() {
  const clock = new TestClock();
  const { log, lines } = keepLines();
  return { clock, lines, undeclared: new UndeclaredAttributes({ clock, log }) };
}

test('each name of a Source is told once an hour, in whatever case', () => {
  const { clock, lines, undeclared } = open();
  undeclared.note('entra', ['urn:x:badge', 'urn:x:floor']);
  undeclared.note('entra', ['urn:x:Badge']);
  undeclared.note('hr', ['urn:x:badge']);
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual(
    [
      ['entra', 'urn:x:badge'],
      ['entra', 'urn:x:floor'],
      ['hr', 'urn:x:badge'],
    ].map(([source, attribute]) => ({
      level: 'warn',
      message: 'the directory sends an attribute that vestibule.yaml does not declare; it is not kept',
      source,
      attribute,
    })),
  );
  clock.advance(3_599_999);
  undeclared.note('entra', ['urn:x:badge']);
  expect(lines).toHaveLength(3);
  clock.advance(1);
  undeclared.note('entra', ['urn:x:badge']);
  expect(lines).toHaveLength(4);
});

test('a client that makes up names fills neither the log nor the memory', () => {
  const { clock, lines, undeclared } = open();
  for (let number = 0; number < 2_000; number += 1) undeclared.note('entra', [`urn:x:${number}${'y'.repeat(1_000)}`]);
  expect(lines).toHaveLength(500);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(500);
  clock.advance(3_600_000);
  undeclared.note('entra', ['urn:x:new']);
  expect(lines).toHaveLength(501);
});

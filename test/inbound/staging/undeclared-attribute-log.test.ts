import { expect, test } from 'vitest';
import { UndeclaredAttributeLog } from '../../../src/inbound/staging/undeclared-attribute-log.ts';
import { keepLines } from '../../support/log-lines.ts';
import { TestClock } from '../../support/test-clock.ts';

function open() {
  const clock = new TestClock();
  const { log, lines } = keepLines();
  return { clock, lines, undeclared: new UndeclaredAttributeLog({ clock, log }) };
}

test('each undeclared name of a Source is logged once an hour, in any case', () => {
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
      message: 'discarding an attribute that vestibule.yaml does not declare',
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

test('at most five names of a Source are logged in a minute, the others when they appear again', () => {
  const { clock, lines, undeclared } = open();
  const names = Array.from({ length: 12 }, (_, index) => `urn:x:${index}`);
  undeclared.note('entra', names);
  undeclared.note('hr', ['urn:x:badge']);
  expect(lines).toHaveLength(6);
  clock.advance(59_999);
  undeclared.note('entra', names);
  expect(lines).toHaveLength(6);
  clock.advance(1);
  undeclared.note('entra', names);
  clock.advance(60_000);
  undeclared.note('entra', names);
  expect(lines.map((line) => (JSON.parse(line) as { attribute: string }).attribute).toSorted()).toEqual(
    [...names, 'urn:x:badge'].toSorted(),
  );
});

test('a client with many invented names fills neither the log nor the memory', () => {
  const { clock, lines, undeclared } = open();
  for (let number = 0; number < 2_000; number += 1) {
    undeclared.note('entra', [`urn:x:${number}${'y'.repeat(1_000)}`]);
    if (number % 5 === 4) clock.advance(60_000 / 10);
  }
  expect(lines).toHaveLength(200);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(300);
});

test('at most 500 names of all Sources are stored in an hour', () => {
  const { clock, lines, undeclared } = open();
  for (let number = 0; number < 600; number += 1) undeclared.note(`s${Math.floor(number / 5)}`, [`urn:x:${number}`]);
  expect(lines).toHaveLength(500);
  clock.advance(3_600_000);
  undeclared.note('entra', ['urn:x:new']);
  expect(lines).toHaveLength(501);
});

test('a name is logged without control characters', () => {
  const { lines, undeclared } = open();
  undeclared.note('entra', ['urn:x:\u001b[31m\u009bä\u202e\u2066\u200f\u061c\u2028\u2029\r\nend']);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ attribute: 'urn:x:[31mäend' });
});

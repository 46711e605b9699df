// A badge system that a script reaches, for the demo, rehearsals and tests: keeps people in one file of JSON lines.
// node visitor-worker.js FILE --- reads requests on standard input, answers on file descriptor 3 (docs/targets.md, "A script").
// Plain JavaScript, without anything of ours: what a site writes in its own language looks like this.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [, , file] = process.argv;
if (file === undefined) {
  console.error('usage: visitor-worker.js FILE');
  process.exit(64);
}

/** Every line is a record as it was written last, or `{"key":…,"deleted":true}`. */
const people = new Map();
let nextKey = 1;
if (existsSync(file)) {
  for (const line of readFileSync(file, 'utf8').split('\n')) if (line !== '') remember(parseLine(line));
  writeFileSync(`${file}.new`, [...people.values()].map((one) => `${JSON.stringify(one)}\n`).join(''));
  renameSync(`${file}.new`, file);
}

/** The end of the last line is missing when the worker was killed while it wrote. */
function parseLine(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function remember(person) {
  if (person === undefined) return;
  nextKey = Math.max(nextKey, Number(person.key) + 1);
  if (person.deleted) people.delete(person.key);
  else people.set(person.key, person);
}

function store(person) {
  appendFileSync(file, `${JSON.stringify(person)}\n`);
  remember(person);
}

const actions = {
  create: ({ record }) => {
    const key = String(nextKey);
    store({ key, active: true, record });
    return { status: 'done', key };
  },
  update: (item) => write(item, true),
  deactivate: (item) => write(item, false),
  delete: ({ key }) => {
    if (!people.has(key)) return { status: 'missing' };
    store({ key, deleted: true });
    return { status: 'done' };
  },
  // The daemon compares by the match fields again: a person who shares any value is a candidate.
  find: ({ record }) => {
    const wanted = Object.entries(record).filter(([, value]) => value !== '');
    const found = [...people.values()].filter((person) => wanted.some(([field, value]) => person.record[field] === value));
    return { found: found.map(({ key, record: held }) => ({ key, record: held })) };
  },
};

function write({ key, record }, active) {
  if (!people.has(key)) return { status: 'missing' };
  store({ key, active, record });
  return { status: 'done' };
}

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  const { do: what, items } = JSON.parse(line);
  const results = items.map((item) => ({ n: item.n, ...(actions[what]?.(item) ?? { status: 'reject', reason: `cannot ${what}` }) }));
  writeSync(3, `${JSON.stringify({ v: 1, results })}\n`);
}

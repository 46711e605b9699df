import { expectNothingWrong } from './expect-nothing-wrong.ts';
import { test } from 'vitest';

test('1,000 histories end as the rules say (first half)', () => expectNothingWrong(0), 900_000);

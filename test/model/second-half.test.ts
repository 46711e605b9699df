import { test } from 'vitest';
import { expectNothingWrong } from './expect-nothing-wrong.ts';

test('1,000 histories end as the rules say (second half)', () => expectNothingWrong(1), 900_000);

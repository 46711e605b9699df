import { expectNothingWrong } from './expect-nothing-wrong.ts';
import { test } from 'vitest';

test('1,000 random histories end in the state that the rules predict (first half)', () => expectNothingWrong(0), 900_000);

import { test } from 'vitest';
import { expectNothingWrong } from './expect-nothing-wrong.ts';

test('1,000 random histories end in the state that the rules predict (second half)', () => expectNothingWrong(1), 900_000);

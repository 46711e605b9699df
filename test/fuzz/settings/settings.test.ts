import { expect, test } from 'vitest';
import { SettingsBench } from './run-case.ts';

test('the daemon starts, answers and stops with the files and applied definitions of 150 random sites', async () => {
  const bench = await SettingsBench.open();
  try {
    for (let index = 0; index < 150; index += 1)
      expect({ index, problems: await bench.run(20_261_121, index) }).toEqual({ index, problems: [] });
  } finally {
    await bench.close();
  }
}, 240_000);

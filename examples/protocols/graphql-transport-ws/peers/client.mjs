// One scenario of a client: `node client.mjs` lists them. Prints how its connections ended.

import { LIBRARY } from './scenarios/library.mjs';
import { RAW } from './scenarios/raw.mjs';

const SCENARIOS = { ...LIBRARY, ...RAW };
const PATIENCE = 240_000;

const [name, url] = process.argv.slice(2);
const scenario = SCENARIOS[name];
if (scenario === undefined || url === undefined) {
  console.error(`usage: node client.mjs SCENARIO URL\n\nscenarios:\n  ${Object.keys(SCENARIOS).join('\n  ')}`);
  process.exit(2);
}

const giveUp = setTimeout(() => {
  console.error(`${name} did not come to an end within ${PATIENCE / 1000} seconds`);
  process.exit(1);
}, PATIENCE);

try {
  for (const { code, reason } of await scenario(url)) console.log(`closed ${code} ${reason}`.trimEnd());
} catch (error) {
  console.error(`${name} went wrong:`, error);
  process.exitCode = 1;
} finally {
  clearTimeout(giveUp);
}

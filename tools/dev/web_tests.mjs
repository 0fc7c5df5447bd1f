// web_tests.mjs - runs the web app's unit tests (vitest) and ends with `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'yiti-web-'));
const report = join(folder, 'report.json');
const run = spawnSync('npx', ['--no-install', 'vitest', 'run', '--passWithNoTests', '--reporter=default', '--reporter=json', `--outputFile=${report}`], {
  cwd: 'web',
  stdio: 'inherit',
});
let passed = 0;
let failed = 0;
let skipped = 0;
try {
  const said = JSON.parse(readFileSync(report, 'utf8'));
  passed = said.numPassedTests;
  failed = said.numFailedTests;
  skipped = said.numPendingTests + (said.numTodoTests ?? 0);
} catch {
  failed = 1;
}
rmSync(folder, { recursive: true, force: true });
if (run.status !== 0 && failed === 0) failed = 1;
console.log(`${passed} passed, ${failed} failed` + (skipped ? `, ${skipped} skipped` : ''));
process.exit(failed ? 1 : 0);

import { expect, test } from 'vitest';
import { Sleep, yieldToHost } from './host.ts';

test('yielding lets timers run, again and again', async () => {
  let fired = false;
  setTimeout(() => {
    fired = true;
  }, 1);
  const start = performance.now();
  while (!fired && performance.now() - start < 5000) await yieldToHost();
  expect(fired).toBe(true);
});

test('a sleep ends by itself or by a wake, which does nothing to one that has ended', async () => {
  const sleep = new Sleep();
  sleep.wake();
  const start = performance.now();
  await sleep.sleep(5);
  expect(performance.now() - start).toBeGreaterThanOrEqual(4);
  sleep.wake();
  const long = sleep.sleep(Number.POSITIVE_INFINITY);
  sleep.wake();
  await long;
  expect(performance.now() - start).toBeLessThan(60_000);
});

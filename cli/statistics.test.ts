import { expect, test } from 'vitest';
import { statisticsTable } from './statistics.ts';

test('a table of what has been used', () => {
  const table = statisticsTable({
    instructions: 123_456_789,
    running: 1234.5,
    waiting: 10,
    devices: [
      { name: 'uart', reads: 1000, writes: 20, milliseconds: 1.25 },
      { name: 'rtc', reads: 0, writes: 0, milliseconds: 0 },
      { name: 'virtio-blk 0', reads: 1, writes: 3, milliseconds: 12 },
    ],
  });
  expect(table).toBe(
    [
      '123,456,789 instructions in 1234.5 ms (100 million a second), 13.3 ms of it in devices; waited 10.0 ms',
      'device        reads  writes     time',
      'uart          1,000      20   1.3 ms',
      'virtio-blk 0      1       3  12.0 ms',
      '',
    ].join('\n'),
  );
});

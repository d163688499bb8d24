import { expect, test } from 'vitest';
import { Finisher, type FinisherCommand } from './finisher.ts';

test('ends the run by its three commands, and by nothing else', () => {
  const commands: FinisherCommand[] = [];
  const finisher = new Finisher((command) => commands.push(command));
  finisher.write(0, 4, 0x5555);
  finisher.write(0, 4, 0xffff_3333);
  finisher.write(0, 2, 0x3333);
  finisher.write(0, 4, 0x7777);
  finisher.write(0, 4, 0x1234);
  finisher.write(4, 4, 0x5555);
  expect(commands).toEqual([
    { command: 'pass' },
    { command: 'fail', code: 0xffff },
    { command: 'fail', code: 0 },
    { command: 'reset' },
  ]);
  expect(finisher.read(0, 4)).toBe(0);
});

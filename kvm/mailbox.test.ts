/** The words between the monitor and a thread, here with both sides in one isolate, so that nobody sleeps. */
import { describe, expect, test } from 'vitest';
import {
  COMMAND_PAUSE,
  COMMAND_RUN,
  createMailboxes,
  DOORBELL,
  Mailbox,
  STATE_EXITED,
  STATE_LOADING,
  STATE_PAUSED,
  STATE_RUNNING,
} from './mailbox.ts';

describe('mailboxes', () => {
  test('start with threads that load, and are to pause', () => {
    const mailbox = new Mailbox(createMailboxes(1), 0);
    expect([mailbox.state, mailbox.command, mailbox.tid]).toEqual([STATE_LOADING, COMMAND_PAUSE, 0]);
  });

  test('do not share words', () => {
    const words = createMailboxes(3);
    const all = [0, 1, 2].map((index) => new Mailbox(words, index));
    all[1]!.command = COMMAND_RUN;
    all[1]!.tid = 77;
    all[1]!.report(STATE_EXITED);
    expect(all.map(({ command, tid, state }) => [command, tid, state])).toEqual([
      [COMMAND_PAUSE, 0, STATE_LOADING],
      [COMMAND_RUN, 77, STATE_EXITED],
      [COMMAND_PAUSE, 0, STATE_LOADING],
    ]);
  });

  test('ring the doorbell at each report, and not at an answer', () => {
    const words = createMailboxes(2);
    const [first, second] = [0, 1].map((index) => new Mailbox(words, index)) as [Mailbox, Mailbox];
    first.report(STATE_EXITED);
    second.report(STATE_PAUSED);
    first.resume();
    expect(words[DOORBELL]).toBe(2);
    expect(first.state).toBe(STATE_RUNNING);
  });

  test('do not let a thread sleep that has been answered or has another command', () => {
    const mailbox = new Mailbox(createMailboxes(1), 0);
    mailbox.report(STATE_EXITED);
    mailbox.resume();
    mailbox.awaitResume();
    mailbox.command = COMMAND_RUN;
    mailbox.awaitOtherCommand(COMMAND_PAUSE);
    expect(mailbox.command).toBe(COMMAND_RUN);
  });

  test('wake a main thread that waits for the doorbell', async () => {
    const words = createMailboxes(1);
    const wait = Atomics.waitAsync(words, DOORBELL, 0);
    new Mailbox(words, 0).report(STATE_EXITED);
    expect(await wait.value).toBe('ok');
  });
});

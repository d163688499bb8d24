import { describe, expect, test } from 'vitest';
import { hex64, type State, StateError, StateReader } from './state.ts';

const STATE: State = {
  level: 3,
  offset: -0.5,
  on: true,
  name: 'uart',
  pc: hex64(0xffff_ffff_8000_0000n),
  words: [1, 2],
  parts: [{ size: 1 }, { size: 2 }],
  inner: { on: false },
  runs: [[0, 2]],
};
const reader = (state: unknown = STATE) => new StateReader(state, 'device');

test('reads fields by name', () => {
  const state = reader();
  expect([state.number('level', 3), state.real('offset'), state.boolean('on'), state.text('name')]).toEqual([
    ...[3, -0.5, true, 'uart'],
  ]);
  expect([state.u64('pc'), state.numbers('words', 2, 2)]).toEqual([0xffff_ffff_8000_0000n, [1, 2]]);
  expect(state.list('parts').map((part) => part.number('size', 9))).toEqual([1, 2]);
  expect([state.pairs('runs'), state.state('inner').names]).toEqual([[[0, 2]], ['on']]);
  expect([state.state('inner').boolean('on'), state.has('level'), state.has('toString')]).toEqual([false, true, false]);
});

describe('refuses', () => {
  test.each<[string, (state: StateReader) => unknown]>([
    ['device.nothing is missing', (state) => state.number('nothing', 1)],
    ['device.toString is missing', (state) => state.text('toString')],
    ['device.level is not a whole number from 0 to 2', (state) => state.number('level', 2)],
    ['device.offset is not a whole number', (state) => state.number('offset', 2)],
    ['device.name is not a number', (state) => state.real('name')],
    ['device.level is neither true nor false', (state) => state.boolean('level')],
    ['device.level is not a text', (state) => state.text('level')],
    ['device.name is not a hexadecimal number', (state) => state.u64('name')],
    ['device.level is not a list', (state) => state.numbers('level', 2)],
    ['device.words has 2 elements, where there are 3 here', (state) => state.numbers('words', 2, 3)],
    ['device.words is not a whole number from 0 to 1', (state) => state.numbers('words', 1)],
    ['device.words is not a list of pairs', (state) => state.pairs('words')],
    ['device.words[0] has no fields', (state) => state.list('words')],
    ['device.inner.off is missing', (state) => state.state('inner').boolean('off')],
  ])('%s', (message, read) => {
    expect(() => read(reader())).toThrow(message);
    expect(() => read(reader())).toThrow(StateError);
  });

  test.each([[null], [[]], [1], [undefined]])('%j as a state', (state) => {
    expect(() => new StateReader(state, 'device')).toThrow('device has no fields');
  });
});

/** What a run has cost, for the user. */
import type { MachineStatistics } from '../machine/index.ts';

const count = new Intl.NumberFormat('en');
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;

/** A line for the harts, one for all devices and one for each that has been accessed; in columns. */
export function statisticsTable({ instructions, running, waiting, devices }: MachineStatistics): string {
  const used = devices.filter(({ reads, writes }) => reads + writes > 0);
  const inDevices = used.reduce((sum, device) => sum + device.milliseconds, 0);
  const mips = running > 0 ? instructions / running / 1000 : 0;
  const rows = [
    ['device', 'reads', 'writes', 'time'],
    ...used.map(({ name, reads, writes, milliseconds: time }) => [
      name,
      count.format(reads),
      count.format(writes),
      milliseconds(time),
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map(([name, ...numbers]) =>
    [name!.padEnd(widths[0]!), ...numbers.map((text, column) => text.padStart(widths[column + 1]!))].join('  '),
  );
  return [
    `${count.format(instructions)} instructions in ${milliseconds(running)} (${mips.toFixed(0)} million a second), ` +
      `${milliseconds(inDevices)} of it in devices; waited ${milliseconds(waiting)}`,
    ...lines,
    '',
  ].join('\n');
}

import { afterAll, expect, test } from 'vitest';
import { typevisor } from '../test/typevisor.ts';
import { TemporaryFolder } from './files.ts';
import { readGuestsFile } from './guests-file.ts';

const folder = new TemporaryFolder();
const write = (name: string, text: string) => folder.write(name, Buffer.from(text));
afterAll(() => folder[Symbol.dispose]());

const TOML = `
[host]
harts = 4
memory = "1G"

[networks.lan]
[networks.outside]
uplink = "user,restrict"

[guests.web]
kernel = "Image"
initrd = "/boot/initrd"
append = "console=hvc0"
memory = "256M"
vcpus = 2
weight = 200
disks = ["root.img,readonly", "a,,b.img"]
networks = ["outside", "lan"]

[guests.db]
kernel = "db.elf"
disks = ["/data/db.img"]
`;

test('TOML and JSON say the same', () => {
  const web = {
    kernel: 'Image',
    initrd: '/boot/initrd',
    append: 'console=hvc0',
    memory: '256M',
    vcpus: 2,
    weight: 200,
    disks: ['root.img,readonly', 'a,,b.img'],
    networks: ['outside', 'lan'],
  };
  const networks = { lan: {}, outside: { uplink: 'user,restrict' } };
  const db = { kernel: 'db.elf', disks: ['/data/db.img'] };
  const json = JSON.stringify({ host: { harts: 4, memory: '1G' }, networks, guests: { web, db } });
  const fromToml = readGuestsFile(write('guests.toml', TOML));
  const fromJson = readGuestsFile(write('guests.json', json));
  expect({ ...fromJson, networks }).toEqual({ ...fromToml, networks });
  expect(fromJson.networks).toMatchObject({ lan: {}, outside: { uplink: { restrict: true } } });
  expect(fromToml.harts).toBe(4);
  expect(fromToml.hostMemory).toBe(2 ** 30);
  expect(fromToml.drives).toEqual([folder.pathOf('root.img,readonly'), folder.pathOf('a,,b.img'), '/data/db.img']);
  expect(fromToml.guests).toMatchObject([
    {
      name: 'web',
      path: folder.pathOf('Image'),
      initrd: '/boot/initrd',
      memory: 2 ** 28,
      vcpus: 2,
      disks: [0, 1],
      networks: ['outside', 'lan'],
    },
    { name: 'db', path: folder.pathOf('db.elf'), memory: undefined, disks: [2], networks: [] },
  ]);
});

test.each([
  [
    'a setting that there is not',
    '[guests.a]\nkernel = "k"\nmemroy = "1M"',
    'guests.a.memroy: there is no such setting',
  ],
  ['no kernel', '[guests.a]\nvcpus = 1', 'guests.a: kernel is missing'],
  ['no guest', '[guests]', 'guests: nothing is in it'],
  ['nothing', '# nothing', 'the file: guests is missing'],
  ['too many vCPUs', '[guests.a]\nkernel = "k"\nvcpus = 9', 'guests.a.vcpus: 9 is not from 1 to 8'],
  ['half a vCPU', '[guests.a]\nkernel = "k"\nvcpus = 0.5', 'guests.a.vcpus: 0.5 is not a whole number'],
  ['another type', '[guests.a]\nkernel = ["k"]', 'guests.a.kernel: ["k"] is not of type string'],
  ['an item of another type', '[guests.a]\nkernel = "k"\ndisks = [1]', 'guests.a.disks[0]: 1 is not of type string'],
  ['a name that no node can have', '[guests."a b"]\nkernel = "k"', 'guests.a b: a name has'],
  ['no size', '[guests.a]\nkernel = "k"\nmemory = "much"', 'guests.a.memory much: not a size'],
  [
    'a network that there is not',
    '[networks.lan]\n[guests.a]\nkernel = "k"\nnetworks = ["lna"]',
    'guests.a.networks: there is no network lna; add [networks.lna]',
  ],
  [
    'an uplink that there is not',
    '[networks.lan]\nuplink = "tap"\n[guests.a]\nkernel = "k"',
    'networks.lan.uplink tap: write user or none',
  ],
  ['no TOML', '[guests.a\nkernel = "k"', ':1:10: '],
])('%s is refused with its place', (_, text, message) => {
  const path = write('wrong.toml', text);
  expect(() => readGuestsFile(path)).toThrow(message);
  expect(() => readGuestsFile(path)).toThrow(path);
});

test('JSON that is none is refused in one line', () => {
  expect(() => readGuestsFile(write('wrong.json', '{"guests":\n}'))).toThrow(/^\S+wrong\.json: .*JSON[^\n]*$/);
});

test('the command runs what a file describes, each guest with its own settings', async () => {
  const text = `[host]\nharts = 2\n[guests.one]\nkernel = "${process.cwd()}/bare/guests/smp.ts"\nvcpus = 3\nmemory = "8M"
[guests.two]\nkernel = "${process.cwd()}/bare/guests/abc.S"\nmemory = "4M"`;
  const { exitCode, stdout } = await typevisor(['run', write('two.toml', text)]);
  expect(stdout).toContain('typevisor: 2 harts');
  expect(stdout).toContain('guest one: 8 MiB of memory, 3 vCPUs');
  expect(stdout).toContain('guest two: 4 MiB of memory\n');
  expect(stdout).toContain('[one] right: 3 harts');
  expect(exitCode).toBe(0);
});

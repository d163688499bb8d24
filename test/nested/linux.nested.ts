/** Debian's cloud kernel, unmodified, by the command (node:test). */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { test } from 'node:test';

/** What is typed when a prompt has been printed, or worked out then. */
type Answer = string | ((child: ChildProcess) => Promise<string>);

/** Runs the command, and types each answer when its prompt has been printed behind the last one. An empty prompt is there at once. */
function typevisor(args: readonly string[], dialogue: readonly (readonly [prompt: string, answer: Answer])[]) {
  const child = spawn(process.execPath, ['bin/typevisor.cjs', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    let stdout = '';
    let stderr = '';
    let seen = 0;
    const waiting = [...dialogue];
    const answer = async () => {
      const [next] = waiting;
      const at = next === undefined ? -1 : stdout.indexOf(next[0], seen);
      if (next === undefined || at < 0) return;
      seen = at + next[0].length;
      waiting.shift();
      child.stdin.write(typeof next[1] === 'string' ? next[1] : await next[1](child));
    };
    child.stdout.on('data', (bytes: Uint8Array) => {
      stdout += String(bytes);
      void answer();
    });
    child.stderr.on('data', (bytes: Uint8Array) => {
      stderr += String(bytes);
    });
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    void answer();
  });
}

const PROMPT = '/ # ';
const OPTIONS = ['--initrd', 'guest.cpio', '--memory', '256M', '--timeout', '900'];
const APPEND = ['--append', 'console=ttyS0 quiet panic=-1 mitigations=off'];
const KERNEL = ['run', 'vmlinuz', ...OPTIONS, ...APPEND];
const DISK = 'disk.img';
/** Bytes that go through the tap device each way. */
const PAGE_SIZE = 2 ** 16;

/** The time it took, as a line among the results. */
async function timed<T>(what: string, action: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await action();
  console.log(`# ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s from the command to its end`);
  return result;
}

test('one CPU: to a shell, a disk written; saved, restored, and off', async () => {
  writeFileSync(DISK, new Uint8Array(2 ** 20));
  const write = 'echo kept on the disk > /dev/vda; sync; a=before; echo writ""ten\n';
  const leave = async (child: ChildProcess) => {
    child.kill('SIGINT');
    return '';
  };
  const args = [...KERNEL, '--drive', DISK, '--save', 'guest.snapshot'];
  const first = await timed('1 CPU', () =>
    typevisor(args, [
      [PROMPT, write],
      ['written', leave],
    ]),
  );
  assert.match(first.stdout, /guest is up with 1 CPUs/);
  assert.match(first.stderr, /^typevisor: saved to guest\.snapshot \(\d+M\)\r\n$/);
  assert.equal(first.exitCode, 130);
  assert.equal(readFileSync(DISK, 'latin1').slice(0, 17), 'kept on the disk\n');

  const began = performance.now();
  const echo = async () => {
    console.log(
      `# ${((performance.now() - began) / 1000).toFixed(1)} s from the command to the echo of a restored shell`,
    );
    return 'head -n 1 /dev/vda; poweroff -f\n';
  };
  const restore = ['run', '--on', 'kvm', '--restore', 'guest.snapshot', '--drive', DISK, '--timeout', '900'];
  const second = await typevisor(restore, [
    ['', 'echo $a and af""ter\n'],
    ['before and after', echo],
  ]);
  assert.equal(second.stderr, '');
  assert.match(second.stdout, /^kept on the disk\r$/m);
  assert.equal(second.exitCode, 0);
});

test('two CPUs: the disk read back, HTTP to and from the guest', async () => {
  const server = createServer((_request, response) => response.end('from the host\n')).listen(8000, '127.0.0.1');
  const commands = [
    'head -n 1 /dev/vda',
    'ifconfig eth0 10.0.2.15; route add default gw 10.0.2.2',
    'wget -q -O - http://10.0.2.2:8000/',
    'mkdir /www; echo from the guest > /www/index.html; httpd -p 80 -h /www; echo now ser""ving',
  ];
  const fetchAndLeave = async () => {
    const response = await fetch('http://127.0.0.1:8080/index.html');
    assert.equal(await response.text(), 'from the guest\n');
    return 'poweroff -f\n';
  };
  const { exitCode, stdout, stderr } = await timed('2 CPUs', () =>
    typevisor(
      [...KERNEL, '--vcpus', '2', '--drive', DISK, '--net', 'user,hostfwd=tcp::8080-:80'],
      [
        [PROMPT, `${commands.join('; ')}\n`],
        ['now serving', fetchAndLeave],
      ],
    ),
  );
  server.close();
  assert.equal(stderr, '');
  assert.match(stdout, /guest is up with 2 CPUs/);
  assert.match(stdout, /^kept on the disk\r$/m);
  assert.match(stdout, /^from the host\r$/m);
  assert.equal(exitCode, 0);
});

test('vmlinux, entered by its PVH note, on a tap device: ping and HTTP both ways', async () => {
  const page = randomBytes(PAGE_SIZE);
  const server = createServer((_request, response) => response.end(page));
  const commands = [
    'ifconfig eth0 10.9.0.2 netmask 255.255.255.0',
    'ping -c 2 10.9.0.1',
    'mkdir /www; wget -q -O /www/page http://10.9.0.1:8000/; md5sum < /www/page',
    'httpd -p 80 -h /www; echo now ser""ving',
  ];
  const connectHost = async () => {
    // The launcher has made the interface.
    assert.equal(spawnSync('ifconfig', ['tap0', '10.9.0.1', 'netmask', '255.255.255.0', 'up']).status, 0);
    await once(server.listen(8000, '10.9.0.1'), 'listening');
    return `${commands.join('; ')}\n`;
  };
  const fetchAndLeave = async () => {
    assert.match(spawnSync('ping', ['-c', '2', '10.9.0.2'], { encoding: 'utf8' }).stdout, /2 packets received/);
    const response = await fetch('http://10.9.0.2/page');
    assert.ok(page.equals(Buffer.from(await response.arrayBuffer())));
    return 'poweroff -f\n';
  };
  const { exitCode, stdout, stderr } = await timed('vmlinux', () =>
    typevisor(
      ['run', 'vmlinux', ...OPTIONS, ...APPEND, '--net', 'tap,ifname=tap0'],
      [
        [PROMPT, connectHost],
        ['now serving', fetchAndLeave],
      ],
    ),
  );
  server.close();
  assert.equal(stderr, '');
  assert.match(stdout, /guest is up with 1 CPUs/);
  assert.match(stdout, /^2 packets transmitted, 2 packets received/m);
  assert.ok(stdout.includes(createHash('md5').update(page).digest('hex')));
  assert.equal(exitCode, 0);
});

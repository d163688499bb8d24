/** Each kind of image, entered as its protocol says; guests with more memory than fits below 4 GiB (node:test). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readImage } from '../../kvm/x86/boot/image.ts';
import type { FlatMode } from '../../kvm/x86/boot/load.ts';
import { elf64, multiboot, multibootElf, pvhNote } from '../../kvm/x86/boot/testing/images.ts';
import { runPc } from './run-pc.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** Prints the text at ESI on COM1, and switches off. 32-bit code. */
const printAndOff = [
  ...[0xba, 0xf8, 0x03, 0, 0], //     mov edx, 0x3f8
  0xac, //                         1: lodsb
  ...[0x84, 0xc0], //                 test al, al
  ...[0x74, 0x03], //                 je 2f
  0xee, //                            out dx, al
  ...[0xeb, 0xf8], //                 jmp 1b
  ...[0xba, 0x00, 0x06, 0, 0], //  2: mov edx, 0x600
  ...[0xb0, 0x34], //                 mov al, 0x34
  0xee, //                            out dx, al
  0xf4, //                            hlt
];
/** Of `printAndOff` up to 2. */
const PRINT = 13;

/** The command line of struct hvm_start_info, which EBX points at. */
const pvhGuest = [
  ...[0x81, 0x3b, 0x78, 0xc5, 0x6e, 0x33], // cmp dword [ebx], 0x336ec578
  ...[0x75, 3 + PRINT], //                    jne 2f
  ...[0x8b, 0x73, 24], //                     mov esi, [ebx + 24]
  ...printAndOff,
];

/** That of multiboot's information. */
const multibootGuest = [
  ...[0x3d, 0x02, 0xb0, 0xad, 0x2b], // cmp eax, 0x2badb002
  ...[0x75, 3 + PRINT], //              jne 2f
  ...[0x8b, 0x73, 16], //               mov esi, [ebx + 16]
  ...printAndOff,
];

/** "64", by a register that 32-bit code does not have. */
const longGuest = [
  ...[0x49, 0xb8, 0x36, 0x34, 0, 0, 0, 0, 0, 0], // mov r8, "64"
  ...[0xba, 0xf8, 0x03, 0, 0], //                   mov edx, 0x3f8
  ...[0x44, 0x88, 0xc0], //                      1: mov al, r8b
  0xee, //                                          out dx, al
  ...[0x49, 0xc1, 0xe8, 8], //                      shr r8, 8
  ...[0x75, 0xf6], //                               jnz 1b
];
const off = printAndOff.slice(PRINT);

async function boot(file: Uint8Array, commandLine: string) {
  const image = readImage(file);
  assert(image !== undefined);
  return {
    kind: image.kind,
    ...(await runPc({ boot: { system: { image, commandLine, ramDisk: undefined } }, memory: 4 * MIB })),
  };
}

const bytes = (code: readonly number[]) => Uint8Array.from(code);
const reason = { kind: 'power-off' };

test('PVH: 32-bit code finds its command line', async () => {
  const outcome = await boot(elf64({ content: bytes(pvhGuest), note: pvhNote(0x10_0000) }), 'by PVH');
  assert.deepEqual(outcome, { kind: 'pvh', reason, printed: 'by PVH' });
});

test('multiboot by addresses, too', async () => {
  const outcome = await boot(multiboot(undefined, undefined, bytes(multibootGuest)), 'by multiboot');
  assert.deepEqual(outcome, { kind: 'multiboot', reason, printed: 'by multiboot' });
});

test('multiboot as a 32-bit ELF file, too', async () => {
  assert.deepEqual(await boot(multibootElf(bytes(multibootGuest)), 'by ELF'), {
    kind: 'multiboot',
    reason,
    printed: 'by ELF',
  });
});

test('an ELF file for 64-bit mode', async () => {
  const outcome = await boot(elf64({ content: bytes([...longGuest, ...off]) }), '');
  assert.deepEqual(outcome, { kind: 'elf64', reason, printed: '64' });
});

const flat = (mode: FlatMode, code: readonly number[], memory: number) =>
  ({ boot: { flat: { bytes: bytes(code), address: MIB, mode } }, memory }) as const;

test('flat 32-bit code', async () => {
  const code = [
    ...[0xba, 0xf8, 0x03, 0, 0], //       mov edx, 0x3f8
    ...[0xb9, 0x33, 0x32, 0, 0], //       mov ecx, "32"
    ...[0x88, 0xc8], //                1: mov al, cl
    0xee, //                              out dx, al
    ...[0xc1, 0xe9, 8], //                shr ecx, 8
    ...[0x75, 0xf8], //                   jnz 1b
    0xf4, //                              hlt
  ];
  assert.deepEqual(await runPc(flat('protected', code, 2 * MIB)), { reason: { kind: 'halted' }, printed: '32' });
});

test('flat 64-bit code', async () => {
  const outcome = await runPc(flat('long', [...longGuest, 0xf4], 2 * MIB));
  assert.deepEqual(outcome, { reason: { kind: 'halted' }, printed: '64' });
});

test('6 GiB: memory on both sides of the hole below 4 GiB', async () => {
  // The tables that it finds map 4 GiB; it adds 2 MiB at 5 GiB to them, by a table at 0x20000.
  const code = [
    ...[0x0f, 0x20, 0xd8], //                                    mov rax, cr3
    ...[0x48, 0xc7, 0x80, 0x28, 0x10, 0, 0, 3, 0, 2, 0], //      mov qword [rax + 0x1000 + 8 * 5], 0x20003
    ...[0x48, 0xb9, 0x83, 0, 0, 0x40, 1, 0, 0, 0], //            mov rcx, 0x140000083
    ...[0x48, 0x89, 0x0c, 0x25, 0, 0, 2, 0], //                  mov [0x20000], rcx
    ...[0x48, 0xbb, 0, 0, 0, 0x40, 1, 0, 0, 0], //               mov rbx, 0x140000000
    ...[0xb9, 0xf8, 0xff, 0xff, 0xbf], //                        mov ecx, 0xbffffff8
    ...[0xc6, 0x01, 0x4c], //                                    mov byte [rcx], 'L'
    ...[0xc6, 0x03, 0x48], //                                    mov byte [rbx], 'H'
    ...[0xba, 0xf8, 0x03, 0, 0], //                              mov edx, 0x3f8
    ...[0x8a, 0x01, 0xee], //                                    mov al, [rcx]; out dx, al
    ...[0x8a, 0x03, 0xee], //                                    mov al, [rbx]; out dx, al
    0xf4, //                                                     hlt
  ];
  const seen: (number | undefined)[] = [];
  const outcome = await runPc(flat('long', code, 6 * GIB), undefined, ({ memory }) => {
    seen.push(memory.read(3 * GIB - 8, 1)[0], memory.read(5 * GIB, 1)[0]);
    assert.deepEqual(
      [memory.contains(3 * GIB, 1), memory.contains(7 * GIB - 1, 1), memory.contains(7 * GIB, 1)],
      [false, true, false],
    );
    memory.write(7 * GIB - 1, Uint8Array.of(1));
  });
  assert.deepEqual(outcome, { reason: { kind: 'halted' }, printed: 'LH' });
  assert.deepEqual(seen, [0x4c, 0x48]);
});

/** What payload.S prints after its table of calls when the firmware keeps to SBI 3.0, on harts 0 to `harts - 1` with hart 0 first. */

const SSIP = 1n << 1n;
const STIP = 1n << 5n;
const STARTED = 0n;
const STOPPED = 1n;
const SUCCESS = 0n;
const ERR_INVALID_PARAM = BigInt.asUintN(64, -3n);
const ERR_ALREADY_AVAILABLE = BigInt.asUintN(64, -6n);
const FIRMWARE = 0x8000_0000n;
const MTIME = 0x200_bff8n;
/** Hart ids that the payload asks for. */
const HART_IDS = 8;
const FENCE_KINDS = 7;

/** Causes of exceptions. */
const INSTRUCTION_ACCESS_FAULT = 1n;
const ILLEGAL_INSTRUCTION = 2n;
const BREAKPOINT = 3n;
const LOAD_ACCESS_FAULT = 5n;
const STORE_ACCESS_FAULT = 7n;

/** The numbers of each line, by its words. */
export function expectedScenario(harts: number): Record<string, bigint[][]> {
  const others = Array.from({ length: harts - 1 }, (_, index) => BigInt(index + 1));
  const entered = (id: bigint) => [id, 0x1234n + id, 0n, 0n];
  return {
    boot: [[0n, 0n]],
    counters: [[7n]],
    'timer-future': [[0n]],
    'timer-due': [[STIP]],
    'timer-never': [[0n]],
    ipi: [[SUCCESS, SSIP]],
    'clear-ipi': [[1n, 0n]],
    'ipi-legacy': [[SUCCESS, SSIP]],
    suspend: [[SUCCESS]],
    resume: [[0n, 0x5678n, 0n, 0n]],
    status: Array.from({ length: HART_IDS }, (_, id) => {
      if (id >= harts) return [BigInt(id), ERR_INVALID_PARAM, 0n];
      return [BigInt(id), SUCCESS, id === 0 ? STARTED : STOPPED];
    }),
    // Each is started, asked things, stops, and is started again.
    ...(harts > 1 && {
      start: others.flatMap(() => [[SUCCESS], [SUCCESS]]),
      entered: others.flatMap((id) => [entered(id), entered(id)]),
      again: others.map(() => [ERR_ALREADY_AVAILABLE]),
      'remote-fence': others.flatMap(() => Array.from({ length: FENCE_KINDS }, (_, kind) => [BigInt(kind), SUCCESS])),
      'remote-ipi': others.map(() => [SUCCESS, 1n]),
      stopped: others.map(() => [STOPPED]),
    }),
    storm: [[BigInt(harts - 1), SUCCESS]],
    end: [[]],
  };
}

/** Cause and address of each fault; stval of an illegal instruction may be the instruction or 0 (Priv. 1.13, "stval"). */
export const EXPECTED_FAULTS: Readonly<Record<string, readonly bigint[]>> = {
  'read-firmware': [LOAD_ACCESS_FAULT, FIRMWARE],
  'write-firmware': [STORE_ACCESS_FAULT, FIRMWARE],
  'run-firmware': [INSTRUCTION_ACCESS_FAULT, FIRMWARE],
  'read-mtime': [LOAD_ACCESS_FAULT, MTIME],
  'read-nothing': [LOAD_ACCESS_FAULT, 0n],
  'read-mstatus': [ILLEGAL_INSTRUCTION],
  'read-time': [0n],
  'read-instret': [0n],
  illegal: [ILLEGAL_INSTRUCTION],
  breakpoint: [BREAKPOINT],
  // The firmware's fault on behalf of the caller, as if the caller's ecall had it.
  'legacy-mask': [LOAD_ACCESS_FAULT, MTIME, 0n],
};

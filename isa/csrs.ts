/**
 * The one table of control and status registers. Numbers, names and fields: RISC-V Privileged 1.13, "Control and Status Registers"
 * and the chapters of each level; Sstc; Unprivileged ISA, "Zicntr" and "Zihpm".
 */

/** A field of a CSR: bits `high` down to `low`. */
export interface CsrField {
  readonly name: string;
  readonly high: number;
  readonly low: number;
}

export interface Csr {
  readonly name: string;
  /** Bits 11:10 = 3 say read-only, bits 9:8 the lowest privilege: 0 user, 1 supervisor, 2 hypervisor and VS, 3 machine. */
  readonly address: number;
  readonly title: string;
  readonly extension:
    | 'F'
    | 'Zicntr'
    | 'Zihpm'
    | 'S'
    | 'Sstc'
    | 'Sscofpmf'
    | 'H'
    | 'M'
    | 'Smpmp'
    | 'Sdtrig'
    | 'Smstateen';
  readonly fields: readonly CsrField[];
}

/** `SIE:1 MPP:12:11` names bit 1 and bits 12 to 11. */
function fields(text: string): CsrField[] {
  return text
    .split(' ')
    .filter(Boolean)
    .map((part) => {
      const [name, high, low] = part.split(':') as [string, string, string?];
      return { name, high: Number(high), low: Number(low ?? high) };
    });
}

const table: Csr[] = [];
function csr(extension: Csr['extension'], address: number, name: string, title: string, layout = ''): void {
  table.push({ name, address, title, extension, fields: fields(layout) });
}

const STATUS = 'SIE:1 SPIE:5 UBE:6 SPP:8 VS:10:9 FS:14:13 XS:16:15 SUM:18 MXR:19 SPELP:23 SDT:24 UXL:33:32 SD:63';
const SUPERVISOR_INTERRUPTS = (register: string): string =>
  `SS${register}:1 ST${register}:5 SE${register}:9 LCOF${register}:13`;
const VIRTUAL_INTERRUPTS = (register: string): string => `VSS${register}:2 VST${register}:6 VSE${register}:10`;
const CAUSE = 'INTERRUPT:63 CODE:62:0';
const TRAP_VECTOR = 'BASE:63:2 MODE:1:0';
const ENVIRONMENT = 'FIOM:0 LPE:2 SSE:3 CBIE:5:4 CBCFE:6 CBZE:7 PMM:33:32';
const COUNTERS = 'CY:0 TM:1 IR:2';

// ---- Unprivileged

csr('F', 0x001, 'fflags', 'Floating-point accrued exceptions', 'NX:0 UF:1 OF:2 DZ:3 NV:4');
csr('F', 0x002, 'frm', 'Floating-point rounding mode');
csr('F', 0x003, 'fcsr', 'Floating-point control and status', 'FLAGS:4:0 FRM:7:5');
csr('Zicntr', 0xc00, 'cycle', 'Cycle counter');
csr('Zicntr', 0xc01, 'time', 'Timer');
csr('Zicntr', 0xc02, 'instret', 'Instructions-retired counter');
for (let n = 3; n < 32; n++) csr('Zihpm', 0xc00 + n, `hpmcounter${n}`, `Performance-monitoring counter ${n}`);

// ---- Supervisor

csr('S', 0x100, 'sstatus', 'Supervisor status', STATUS);
csr('S', 0x104, 'sie', 'Supervisor interrupt enable', SUPERVISOR_INTERRUPTS('IE'));
csr('S', 0x105, 'stvec', 'Supervisor trap-handler base address', TRAP_VECTOR);
csr('S', 0x106, 'scounteren', 'Supervisor counter enable', COUNTERS);
csr('S', 0x10a, 'senvcfg', 'Supervisor environment configuration', ENVIRONMENT);
csr('Smstateen', 0x10c, 'sstateen0', 'Supervisor state enable 0', 'C:0 FCSR:1 JVT:2');
for (let n = 1; n < 4; n++) csr('Smstateen', 0x10c + n, `sstateen${n}`, `Supervisor state enable ${n}`);
csr('S', 0x120, 'scountinhibit', 'Supervisor counter inhibit', COUNTERS);
csr('S', 0x140, 'sscratch', 'Supervisor scratch');
csr('S', 0x141, 'sepc', 'Supervisor exception program counter');
csr('S', 0x142, 'scause', 'Supervisor trap cause', CAUSE);
csr('S', 0x143, 'stval', 'Supervisor trap value');
csr('S', 0x144, 'sip', 'Supervisor interrupt pending', SUPERVISOR_INTERRUPTS('IP'));
csr('Sstc', 0x14d, 'stimecmp', 'Supervisor timer compare');
csr('Sscofpmf', 0xda0, 'scountovf', 'Supervisor count overflow');
csr('S', 0x180, 'satp', 'Supervisor address translation and protection', 'MODE:63:60 ASID:59:44 PPN:43:0');
csr('Smstateen', 0x5a8, 'scontext', 'Supervisor-mode context');

// ---- Hypervisor and virtual supervisor

csr(
  'H',
  0x600,
  'hstatus',
  'Hypervisor status',
  'VSBE:5 GVA:6 SPV:7 SPVP:8 HU:9 VGEIN:17:12 VTVM:20 VTW:21 VTSR:22 VSXL:33:32',
);
csr('H', 0x602, 'hedeleg', 'Hypervisor exception delegation');
csr('H', 0x603, 'hideleg', 'Hypervisor interrupt delegation', `${VIRTUAL_INTERRUPTS('IP')} LCOFIP:13`);
csr('H', 0x604, 'hie', 'Hypervisor interrupt enable', `${VIRTUAL_INTERRUPTS('IE')} SGEIE:12`);
csr('H', 0x605, 'htimedelta', 'Delta for VS/VU-mode timer');
csr('H', 0x606, 'hcounteren', 'Hypervisor counter enable', COUNTERS);
csr('H', 0x607, 'hgeie', 'Hypervisor guest external interrupt enable');
csr('H', 0x60a, 'henvcfg', 'Hypervisor environment configuration', `${ENVIRONMENT} ADUE:61 PBMTE:62 STCE:63`);
csr('Smstateen', 0x60c, 'hstateen0', 'Hypervisor state enable 0', 'C:0 FCSR:1 JVT:2 ENVCFG:62 SE0:63');
for (let n = 1; n < 4; n++) csr('Smstateen', 0x60c + n, `hstateen${n}`, `Hypervisor state enable ${n}`);
csr('H', 0x643, 'htval', 'Hypervisor trap value');
csr('H', 0x644, 'hip', 'Hypervisor interrupt pending', `${VIRTUAL_INTERRUPTS('IP')} SGEIP:12`);
csr('H', 0x645, 'hvip', 'Hypervisor virtual interrupt pending', VIRTUAL_INTERRUPTS('IP'));
csr('H', 0x64a, 'htinst', 'Hypervisor trap instruction');
csr('H', 0x680, 'hgatp', 'Hypervisor guest address translation and protection', 'MODE:63:60 VMID:57:44 PPN:43:0');
csr('H', 0xe12, 'hgeip', 'Hypervisor guest external interrupt pending');
csr('H', 0x200, 'vsstatus', 'Virtual supervisor status', STATUS);
csr('H', 0x204, 'vsie', 'Virtual supervisor interrupt enable', SUPERVISOR_INTERRUPTS('IE'));
csr('H', 0x205, 'vstvec', 'Virtual supervisor trap-handler base address', TRAP_VECTOR);
csr('H', 0x240, 'vsscratch', 'Virtual supervisor scratch');
csr('H', 0x241, 'vsepc', 'Virtual supervisor exception program counter');
csr('H', 0x242, 'vscause', 'Virtual supervisor trap cause', CAUSE);
csr('H', 0x243, 'vstval', 'Virtual supervisor trap value');
csr('H', 0x244, 'vsip', 'Virtual supervisor interrupt pending', SUPERVISOR_INTERRUPTS('IP'));
csr('Sstc', 0x24d, 'vstimecmp', 'Virtual supervisor timer compare');
csr('H', 0x280, 'vsatp', 'Virtual supervisor address translation and protection', 'MODE:63:60 ASID:59:44 PPN:43:0');

// ---- Machine

csr('M', 0xf11, 'mvendorid', 'Vendor ID');
csr('M', 0xf12, 'marchid', 'Architecture ID');
csr('M', 0xf13, 'mimpid', 'Implementation ID');
csr('M', 0xf14, 'mhartid', 'Hardware thread ID');
csr('M', 0xf15, 'mconfigptr', 'Pointer to configuration data structure');
csr(
  'M',
  0x300,
  'mstatus',
  'Machine status',
  'SIE:1 MIE:3 SPIE:5 UBE:6 MPIE:7 SPP:8 VS:10:9 MPP:12:11 FS:14:13 XS:16:15 MPRV:17 SUM:18 MXR:19 TVM:20 TW:21 TSR:22 SPELP:23 SDT:24 UXL:33:32 SXL:35:34 SBE:36 MBE:37 GVA:38 MPV:39 MPELP:41 MDT:42 SD:63',
);
csr('M', 0x301, 'misa', 'ISA and extensions', 'A:0 B:1 C:2 D:3 E:4 F:5 H:7 I:8 M:12 S:18 U:20 V:21 MXL:63:62');
csr('M', 0x302, 'medeleg', 'Machine exception delegation');
csr('M', 0x303, 'mideleg', 'Machine interrupt delegation');
const MACHINE_INTERRUPTS = (register: string): string =>
  `${SUPERVISOR_INTERRUPTS(register)} ${VIRTUAL_INTERRUPTS(register)} MS${register}:3 MT${register}:7 ME${register}:11 SGE${register}:12`;
csr('M', 0x304, 'mie', 'Machine interrupt enable', MACHINE_INTERRUPTS('IE'));
csr('M', 0x305, 'mtvec', 'Machine trap-handler base address', TRAP_VECTOR);
csr('M', 0x306, 'mcounteren', 'Machine counter enable', COUNTERS);
csr('M', 0x30a, 'menvcfg', 'Machine environment configuration', `${ENVIRONMENT} ADUE:61 PBMTE:62 STCE:63`);
csr('Smstateen', 0x30c, 'mstateen0', 'Machine state enable 0', 'C:0 FCSR:1 JVT:2 ENVCFG:62 SE0:63');
for (let n = 1; n < 4; n++) csr('Smstateen', 0x30c + n, `mstateen${n}`, `Machine state enable ${n}`);
csr('M', 0x320, 'mcountinhibit', 'Machine counter inhibit', 'CY:0 IR:2');
/** Sscofpmf's bits, which all event selectors have. */
const EVENT = 'OF:63 MINH:62 SINH:61 UINH:60 VSINH:59 VUINH:58';
for (let n = 3; n < 32; n++) {
  csr('M', 0x320 + n, `mhpmevent${n}`, `Machine performance-monitoring event selector ${n}`, n === 3 ? EVENT : '');
}
csr('M', 0x340, 'mscratch', 'Machine scratch');
csr('M', 0x341, 'mepc', 'Machine exception program counter');
csr('M', 0x342, 'mcause', 'Machine trap cause', CAUSE);
csr('M', 0x343, 'mtval', 'Machine trap value');
csr('M', 0x344, 'mip', 'Machine interrupt pending', MACHINE_INTERRUPTS('IP'));
csr('H', 0x34a, 'mtinst', 'Machine trap instruction');
csr('H', 0x34b, 'mtval2', 'Machine second trap value');
for (let n = 0; n < 16; n += 2) csr('Smpmp', 0x3a0 + n, `pmpcfg${n}`, `Physical memory protection configuration ${n}`);
for (let n = 0; n < 64; n++) csr('Smpmp', 0x3b0 + n, `pmpaddr${n}`, `Physical memory protection address ${n}`);
csr('M', 0x747, 'mseccfg', 'Machine security configuration', 'MML:0 MMWP:1 RLB:2');
csr('Sdtrig', 0x7a0, 'tselect', 'Trigger select');
csr('Sdtrig', 0x7a1, 'tdata1', 'Trigger data 1');
csr('Sdtrig', 0x7a2, 'tdata2', 'Trigger data 2');
csr('Sdtrig', 0x7a3, 'tdata3', 'Trigger data 3');
csr('Sdtrig', 0x7a4, 'tinfo', 'Trigger information');
csr('Sdtrig', 0x7a8, 'mcontext', 'Machine-mode context');
csr('M', 0xb00, 'mcycle', 'Machine cycle counter');
csr('M', 0xb02, 'minstret', 'Machine instructions-retired counter');
for (let n = 3; n < 32; n++) csr('M', 0xb00 + n, `mhpmcounter${n}`, `Machine performance-monitoring counter ${n}`);

/** In ascending order of address. */
export const csrs: readonly Csr[] = [...table].sort((a, b) => a.address - b.address);

export const csrByName: ReadonlyMap<string, Csr> = new Map(csrs.map((entry) => [entry.name, entry]));

export const csrByAddress: ReadonlyMap<number, Csr> = new Map(csrs.map((entry) => [entry.address, entry]));

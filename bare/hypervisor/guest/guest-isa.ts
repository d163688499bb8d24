/**
 * Which of the host's extensions a guest is told of: those that work in VS-mode and VU-mode without the hypervisor's doing more than
 * it does. An extension that is not known here is left out, since it might have state that nobody saves or want to be enabled.
 * ISA strings: Unprivileged ISA, "ISA Extension Naming Conventions".
 *
 * Not given, with the reason:
 * - h: no nested virtualization.
 * - v, zve*, zvl*, zv*: the vector registers are not saved. q: nor are 128-bit floating-point ones. zcmt: nor is jvt.
 * - zicbom, zicboz, zicbop, zic64b: henvcfg.CBIE, CBCFE and CBZE are 0, and the tree gives no block sizes.
 * - zawrs: hstatus.VTW makes wrs.nto trap. zihpm: how many hpmcounters there are the SBI says.
 * - zicfilp, zicfiss, smnpm, ssnpm, supm: henvcfg.LPE, SSE and PMM are 0. zkr, and zk, which contains it: `seed` is not given.
 * - sstc, unless henvcfg.STCE can be set: then the guest's timer is that of the SBI alone.
 * - sscofpmf, unless hideleg.LCOFIP can be set (Shlcofideleg): then counters do not interrupt.
 * - svadu, svpbmt: henvcfg.ADUE is 0 until the guest sets it (FWFT), and PBMTE always.
 * - sm*, ss*, sh*: they belong to the levels below, or have CSRs that hstateen0 keeps from guests (ssaia, ssstateen…).
 * - x*: custom ones.
 */
import { appendCharacter, appendText, hasWord, startsWith } from '../../lib/text.ts';

const GIVEN_LETTERS: string = 'imafdcb';

const GIVEN_NAMES: string = `
zicsr zifencei zicntr zicond zihintpause zihintntl zimop zmmul zkt
ziccamoa ziccif zicclsm ziccrse za64rs za128rs zama16b ztso
zaamo zalrsc zabha zacas
zfa zfh zfhmin zfbfmin
zca zcb zcd zcmop
zba zbb zbc zbs zbkb zbkc zbkx zkn zknd zkne zknh zks zksed zksh
svade svinval svnapot svvptc
`;

const UNDERSCORE: u8 = 0x5f;

/**
 * Writes the guest's ISA string, made from the host's (both end with a NUL), and returns its length without the NUL; 0 when the host's
 * is none of RV64I or `capacity` bytes are too few. `sstc`, `sscofpmf`: whether the guest can have that.
 */
export function guestIsa(hostIsa: usize, out: usize, capacity: u32, sstc: bool, sscofpmf: bool): u32 {
  const end = out + capacity;
  if (!startsWith(hostIsa, 'rv64i')) return 0;
  let at = appendText(out, end, 'rv64');
  let next = isaExtensions(hostIsa);
  for (; isSingleLetter(load<u8>(next)); next++) {
    if (hasLetter(GIVEN_LETTERS, load<u8>(next))) at = appendCharacter(at, end, load<u8>(next));
  }
  for (; load<u8>(next) != 0; next = isaNextExtension(next)) {
    const length = isaExtensionLength(next);
    const isGiven =
      hasWord(GIVEN_NAMES, next, length) ||
      (sstc && hasWord('sstc', next, length)) ||
      (sscofpmf && hasWord('sscofpmf', next, length));
    if (length == 0 || !isGiven) continue;
    at = appendCharacter(at, end, UNDERSCORE);
    for (let index: u32 = 0; index < length; index++) at = appendCharacter(at, end, load<u8>(next + index));
  }
  if (at == end) return 0;
  store<u8>(at, 0);
  return <u32>(at - out);
}

// A string's extensions one by one: from `isaExtensions` on, until there is a NUL. Single letters come first and each is an extension;
// the others begin with s, x or z and have an underscore between them, before the first of them too or not.

/** Address of the first extension, which is "i". */
export function isaExtensions(isa: usize): usize {
  return isa + 4;
}

/** Letters of the extension at this address; 0 at an underscore that no extension follows. */
export function isaExtensionLength(extension: usize): u32 {
  if (isSingleLetter(load<u8>(extension))) return 1;
  let length: u32 = 0;
  while (!endsName(load<u8>(extension + length))) length++;
  return length;
}

export function isaNextExtension(extension: usize): usize {
  const next = extension + isaExtensionLength(extension);
  return load<u8>(next) == UNDERSCORE ? next + 1 : next;
}

function isSingleLetter(character: u8): bool {
  return !endsName(character) && !hasLetter('sxz', character);
}

function endsName(character: u8): bool {
  return character == 0 || character == UNDERSCORE;
}

function hasLetter(letters: string, letter: u8): bool {
  for (let index = 0; index < letters.length; index++) {
    if (letters.charCodeAt(index) == <i32>letter) return true;
  }
  return false;
}

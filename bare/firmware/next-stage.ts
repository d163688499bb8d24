/** What runs after the firmware, and on which hart it begins: the loader says so in a `fw_dynamic_info`, or else it is fixed. */
import { mmio_read64 } from '../rv/intrinsics.ts';
import { expectTrap, trapOccurred } from './expected-trap.ts';
import { isHart } from './platform.ts';

/** Where a next stage lies that nobody names. */
const DEFAULT_ADDRESS: u64 = 0x8020_0000;

const DYNAMIC_INFO_MAGIC: u64 = 0x4942_534f;

/** The structure that a2 points at: the convention of OpenSBI's fw_dynamic, version 2. */
class DynamicInfo {
  magic: u64;
  version: u64;
  nextAddress: u64;
  /** A privilege mode as in mstatus.MPP; here the next stage always gets S-mode. */
  nextMode: u64;
  options: u64;
  bootHart: u64;
}

export let nextAddress: u64 = DEFAULT_ADDRESS;
/** The hart that begins. */
export let bootHart: u64 = 0;

/** `info` may be any value; `self` is the hart that begins where the loader names none. */
export function findNextStage(info: u64, self: u64): void {
  bootHart = self;
  if (!isDynamicInfo(info)) return;
  const dynamic = changetype<DynamicInfo>(<usize>info);
  if (dynamic.nextAddress != 0) nextAddress = dynamic.nextAddress;
  if (dynamic.version >= 2 && isHart(dynamic.bootHart)) bootHart = dynamic.bootHart;
}

function isDynamicInfo(info: u64): bool {
  if (info == 0 || (info & 7) != 0) return false;
  expectTrap();
  const magic = mmio_read64(<usize>info);
  return !trapOccurred() && magic == DYNAMIC_INFO_MAGIC;
}

/** The other harts of the host: SBI 3.0, "Hart State Management Extension". */
import {
  fdtParent,
  fdtProperty,
  fdtPropertyData,
  fdtPropertyLength,
  fdtRegAddress,
  fdtStringIs,
} from '../../lib/fdt.ts';
import { hasSmp, hostStartHart } from '../host/host-sbi.ts';
import { deviceTree, hostCpu, nextHostCpu } from '../host/machine.ts';
import { HART_LIMIT } from '../limits.ts';
import { linkTable } from '../link-table.ts';
import { addHart, hartAt, hartCount, removeLastHart } from './hart.ts';

/** The id of the hart that boots, where nobody told: then it stays alone, since no other could kick it. */
export const UNKNOWN_HART: u64 = ~0;
/** Ids that the SBI's hart masks take with base 0. */
const HIGHEST_ID: u64 = 63;

/** Starts every hart that is like the one that boots; the others are left alone. */
export function startHarts(): void {
  const self = hartAt(0).id;
  if (!hasSmp || self > HIGHEST_ID) return;
  const own = cpuNode(self);
  for (let node = hostCpu(); node && hartCount() < HART_LIMIT; node = nextHostCpu(node)) {
    const id = idOf(node);
    if (id == self || id > HIGHEST_ID || !isAvailable(node) || !hasSameIsa(own, node)) continue;
    const hart = addHart(id);
    if (!hostStartHart(id, linkTable().startHart, changetype<usize>(hart))) removeLastHart();
  }
}

/** The device tree's node of the hart with this id, or 0. */
function cpuNode(id: u64): usize {
  let node = hostCpu();
  while (node && idOf(node) != id) node = nextHostCpu(node);
  return node;
}

function idOf(node: usize): u64 {
  const tree = deviceTree();
  return fdtRegAddress(tree, fdtParent(tree, node), node, 0);
}

function isAvailable(node: usize): bool {
  const status = fdtProperty(deviceTree(), node, 'status');
  return status == 0 || fdtStringIs(status, 'okay');
}

/** Guests must find on each hart what the first one told them of. */
function hasSameIsa(node: usize, other: usize): bool {
  const isa = node ? fdtProperty(deviceTree(), node, 'riscv,isa') : 0;
  const otherIsa = fdtProperty(deviceTree(), other, 'riscv,isa');
  if (!isa || !otherIsa || fdtPropertyLength(isa) != fdtPropertyLength(otherIsa)) return false;
  return memory.compare(fdtPropertyData(isa), fdtPropertyData(otherIsa), fdtPropertyLength(isa)) == 0;
}

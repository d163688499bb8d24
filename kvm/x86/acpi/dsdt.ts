/** The DSDT: the devices that are not found by themselves, and how to go off. */
import { VIRTIO_MMIO_LENGTH } from '../../../devices/virtio/mmio.ts';
import {
  device,
  eisaId,
  integer,
  interrupt,
  isaInterrupt,
  memory32,
  name,
  packageOf,
  ports,
  resources,
  scope,
  string,
} from './aml.ts';
import { SLEEP_TYPE_OFF } from './registers.ts';
import type { VirtioSlot } from './tables.ts';

export function dsdtBody(virtio: readonly VirtioSlot[]): Uint8Array {
  const serial = device(
    'COM1',
    name('_HID', eisaId('PNP0501')),
    name('_UID', integer(1)),
    resources(ports(0x3f8, 8), isaInterrupt(4)),
  );
  const clock = device('RTC', name('_HID', eisaId('PNP0B00')), resources(ports(0x70, 2)));
  const slots = virtio.map(({ address, irq }, index) =>
    device(
      `VR${index.toString(16).toUpperCase().padStart(2, '0')}`,
      // What Linux's virtio-mmio driver looks for.
      name('_HID', string('LNRO0005')),
      name('_UID', integer(index)),
      // Devices see what caches hold.
      name('_CCA', integer(1)),
      resources(memory32(address, VIRTIO_MMIO_LENGTH), interrupt(irq)),
    ),
  );
  const off = name('\\_S5_', packageOf(integer(SLEEP_TYPE_OFF), integer(0), integer(0), integer(0)));
  return Uint8Array.from([...scope('\\_SB_', serial, clock, ...slots), ...off]);
}

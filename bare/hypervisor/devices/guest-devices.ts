/** The devices that a guest has, and how their interrupts come to its vCPUs. */
import { HVIP_VSEIP } from '../../rv/csr.ts';
import { VIRTIO_ID_BLOCK, VIRTIO_ID_CONSOLE, VIRTIO_ID_ENTROPY } from '../../rv/virtio.ts';
import { takeInput } from '../console/console-input.ts';
import { CONSOLE_UART, printsBy, putGuestByte } from '../console/guest-console.ts';
import { DiskConfiguration } from '../guest/device-configuration.ts';
import { Guest, vcpuOf } from '../guest/guest.ts';
import {
  PLIC_BASE,
  PLIC_SIZE,
  UART_BASE,
  UART_SIZE,
  UART_SOURCE,
  VIRTIO_BASE,
  VIRTIO_SIZE,
  VIRTIO_SLOTS,
  VIRTIO_SOURCE,
} from '../guest/guest-board.ts';
import { GuestConfiguration } from '../guest/guest-configuration.ts';
import { hasHostEntropy } from '../host/entropy.ts';
import { allocate, free } from '../memory/heap.ts';
import { addRegion, freeRegions } from '../mmio/region.ts';
import { lowerInterrupt, raiseInterrupt } from '../vcpu/interrupts.ts';
import { freeDisk } from '../virtio/block.ts';
import { createConsoleDevice, freeConsoleDevice, receiveInput } from '../virtio/console.ts';
import { resetDevice, VirtioDevice } from '../virtio/device.ts';
import { createConfiguredDisk } from '../virtio/disk-configuration.ts';
import { createEntropy, freeEntropy } from '../virtio/entropy.ts';
import { readVirtio, writeVirtio } from '../virtio/mmio.ts';
import { createNetworkCard, freeNetworkCard } from '../virtio/net.ts';
import { createPlic, freePlic, readPlic, setSource, VirtualPlic, writePlic } from './vplic.ts';
import { createUart, freeUart, readUart, receive, VirtualUart, writeUart } from './vuart.ts';

export class GuestDevices {
  plic: VirtualPlic;
  uart: VirtualUart;
  console: VirtioDevice;
  /** All virtio devices; the first one in the list is in the last slot. */
  virtio: VirtioDevice | null;
  virtioCount: u32;
}

function devicesOf(guest: Guest): GuestDevices | null {
  return changetype<GuestDevices | null>(guest.devices);
}

/** How many virtio devices the guest has, in as many slots from the first on. */
export function virtioCountOf(guest: Guest): u32 {
  const devices = devicesOf(guest);
  return devices ? devices.virtioCount : 0;
}

/** Gives the guest its devices, each as after a reset. Null, or the first disk that it cannot have. */
export function createDevices(guest: Guest, configuration: GuestConfiguration): DiskConfiguration | null {
  const owner = changetype<usize>(guest);
  const devices = changetype<GuestDevices>(allocate(offsetof<GuestDevices>()));
  guest.devices = changetype<usize>(devices);
  devices.plic = createPlic(configuration.vcpus, owner, setExternalInterrupt);
  devices.uart = createUart(owner, transmit, takeByte, setUartLine);
  devices.console = createConsoleDevice(guest);
  addVirtio(devices, devices.console);
  if (hasHostEntropy()) addVirtio(devices, createEntropy(guest));
  let number: u32 = 0;
  let disk = configuration.disks;
  while (disk) {
    const device = createConfiguredDisk(guest, number++, disk);
    if (!device) return disk;
    addVirtio(devices, device);
    disk = disk.next;
  }
  number = 0;
  let card = configuration.cards;
  while (card) {
    addVirtio(devices, createNetworkCard(guest, card.network, macOf(guest, number++)));
    card = card.next;
  }
  // Found before the others: what is added last.
  guest.regions = addRegion(
    guest.regions,
    UART_BASE,
    UART_SIZE,
    1 | 2 | 4,
    changetype<usize>(devices.uart),
    readUart,
    writeUart,
  );
  guest.regions = addRegion(
    guest.regions,
    PLIC_BASE,
    PLIC_SIZE,
    4,
    changetype<usize>(devices.plic),
    readPlic,
    writePlic,
  );
  return null;
}

/** Locally administered; the guest's number and that of the card tell them apart. */
function macOf(guest: Guest, card: u32): u64 {
  return 0x56_5402 | (guest.number << 32) | ((<u64>card) << 40);
}

function addVirtio(devices: GuestDevices, device: VirtioDevice): void {
  const slot = devices.virtioCount++;
  device.source = VIRTIO_SOURCE + slot;
  device.setLine = setLine;
  device.next = devices.virtio;
  devices.virtio = device;
  const start = VIRTIO_BASE + slot * VIRTIO_SIZE;
  device.guest.regions = addRegion(
    device.guest.regions,
    start,
    VIRTIO_SIZE,
    1 | 2 | 4,
    changetype<usize>(device),
    readVirtio,
    writeVirtio,
  );
}

/** Whether there are slots for the virtio devices of the configuration. */
export function hasSlotsFor(configuration: GuestConfiguration): bool {
  let count: u32 = 2;
  let disk = configuration.disks;
  while (disk) {
    count++;
    disk = disk.next;
  }
  let card = configuration.cards;
  while (card) {
    count++;
    card = card.next;
  }
  return count <= VIRTIO_SLOTS;
}

/** The guest's vCPUs run no more. */
export function freeDevices(guest: Guest): void {
  const devices = devicesOf(guest);
  if (!devices) return;
  freeRegions(guest.regions);
  guest.regions = null;
  let device = devices.virtio;
  while (device) {
    const next = device.next;
    resetDevice(device);
    freeModel(device);
    device = next;
  }
  guest.devices = 0;
  freeUart(devices.uart);
  freePlic(devices.plic);
  free(changetype<usize>(devices), offsetof<GuestDevices>());
}

function freeModel(device: VirtioDevice): void {
  if (device.id == VIRTIO_ID_CONSOLE) freeConsoleDevice(device);
  else if (device.id == VIRTIO_ID_ENTROPY) freeEntropy(device);
  else if (device.id == VIRTIO_ID_BLOCK) freeDisk(device);
  else freeNetworkCard(device);
}

/** The guest's console has input for it. */
export function inputArrived(guest: Guest): void {
  const devices = devicesOf(guest);
  if (!devices) return;
  receive(devices.uart);
  receiveInput(devices.console);
}

/** The PLIC has a context for each vCPU. */
function setExternalInterrupt(owner: usize, context: u32, level: bool): void {
  const vcpu = vcpuOf(changetype<Guest>(owner), context);
  if (level) raiseInterrupt(vcpu, HVIP_VSEIP);
  else lowerInterrupt(vcpu, HVIP_VSEIP);
}

function setLine(guest: Guest, source: u32, level: bool): void {
  const devices = devicesOf(guest);
  if (devices) setSource(devices.plic, source, level);
}

function setUartLine(owner: usize, level: bool): void {
  setLine(changetype<Guest>(owner), UART_SOURCE, level);
}

function transmit(owner: usize, byte: u8): void {
  const console = changetype<Guest>(owner).console;
  printsBy(console, CONSOLE_UART);
  putGuestByte(console, byte);
}

function takeByte(owner: usize): i32 {
  const console = changetype<Guest>(owner).console;
  return console.printer == CONSOLE_UART ? takeInput(console) : -1;
}

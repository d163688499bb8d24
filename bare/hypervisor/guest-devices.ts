/** The devices that a guest has, and how their interrupts come to its vCPUs. */
import { HVIP_VSEIP } from '../rv/csr.ts';
import { takeInput } from './console-input.ts';
import { Guest } from './guest.ts';
import { PLIC_BASE, PLIC_SIZE, UART_BASE, UART_SIZE, UART_SOURCE } from './guest-board.ts';
import { putGuestByte } from './guest-console.ts';
import { allocate, free } from './heap.ts';
import { lowerInterrupt, raiseInterrupt } from './interrupts.ts';
import { addRegion, freeRegions } from './mmio/region.ts';
import { createPlic, freePlic, readPlic, setSource, VirtualPlic, writePlic } from './vplic.ts';
import { createUart, freeUart, readUart, receive, VirtualUart, writeUart } from './vuart.ts';

export class GuestDevices {
  plic: VirtualPlic;
  uart: VirtualUart;
}

/** Gives the guest its devices, each as after a reset. */
export function createDevices(guest: Guest, vcpus: u32): void {
  const owner = changetype<usize>(guest);
  const devices = changetype<GuestDevices>(allocate(offsetof<GuestDevices>()));
  guest.devices = devices;
  devices.plic = createPlic(vcpus, owner, setExternalInterrupt);
  devices.uart = createUart(owner, transmit, takeByte, setUartLine);
  addRegion(guest, UART_BASE, UART_SIZE, 1 | 2 | 4, changetype<usize>(devices.uart), readUart, writeUart);
  addRegion(guest, PLIC_BASE, PLIC_SIZE, 4, changetype<usize>(devices.plic), readPlic, writePlic);
}

export function freeDevices(guest: Guest): void {
  const devices = guest.devices;
  if (!devices) return;
  freeRegions(guest);
  freeUart(devices.uart);
  freePlic(devices.plic);
  free(changetype<usize>(devices), offsetof<GuestDevices>());
  guest.devices = null;
}

/** The guest's console has input for it. */
export function inputArrived(guest: Guest): void {
  const devices = guest.devices;
  if (devices) receive(devices.uart);
}

function setExternalInterrupt(owner: usize, _context: u32, level: bool): void {
  const vcpu = changetype<Guest>(owner).vcpu;
  if (level) raiseInterrupt(vcpu, HVIP_VSEIP);
  else lowerInterrupt(vcpu, HVIP_VSEIP);
}

function setUartLine(owner: usize, level: bool): void {
  const devices = changetype<Guest>(owner).devices;
  if (devices) setSource(devices.plic, UART_SOURCE, level);
}

function transmit(owner: usize, byte: u8): void {
  putGuestByte(changetype<Guest>(owner).console, byte);
}

function takeByte(owner: usize): i32 {
  return takeInput(changetype<Guest>(owner).console);
}

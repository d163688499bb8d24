/** Request numbers of ioctl, made as asm-generic/ioctl.h does: direction, size of the argument, type, number. */

const KVMIO = 0xae;
const DIRECTION_WRITE = 1;
const DIRECTION_READ = 2;

function request(direction: number, number: number, size: number): number {
  return ((direction << 30) | (size << 16) | (KVMIO << 8) | number) >>> 0;
}

/** No argument, or one that is a number itself. */
export const io = (number: number): number => request(0, number, 0);
/** The kernel reads the argument. */
export const iow = (number: number, { size }: { readonly size: number }): number =>
  request(DIRECTION_WRITE, number, size);
/** The kernel writes it. */
export const ior = (number: number, { size }: { readonly size: number }): number =>
  request(DIRECTION_READ, number, size);
/** It does both. */
export const iowr = (number: number, { size }: { readonly size: number }): number =>
  request(DIRECTION_READ | DIRECTION_WRITE, number, size);

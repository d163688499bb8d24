/** Guests that are described in a file, TOML or JSON: cli/guests.schema.json says what it has. */
import { dirname, extname, resolve } from 'node:path';
import { parse as parseToml, TomlError } from 'smol-toml';
import { readPackageFile } from './artefacts.ts';
import type { BootOptions, GuestOptions } from './boot.ts';
import { parseDrive } from './drives.ts';
import { UserError } from './errors.ts';
import { readUserFile } from './files.ts';
import { findMistake, type JsonSchema } from './json-schema.ts';
import { type NetSpec, parseUplink } from './networks.ts';
import { LEAST_GUEST_MEMORY, LEAST_HOST_MEMORY, parseMemorySize } from './sizes.ts';

interface GuestsFile {
  readonly host?: { readonly harts?: number; readonly memory?: string };
  readonly networks?: Readonly<Record<string, { readonly uplink?: string }>>;
  readonly guests: Readonly<Record<string, GuestEntry>>;
}

interface GuestEntry {
  readonly kernel: string;
  readonly initrd?: string;
  readonly append?: string;
  readonly memory?: string;
  readonly vcpus?: number;
  readonly weight?: number;
  readonly disks?: readonly string[];
  readonly networks?: readonly string[];
}

export function isGuestsFile(path: string): boolean {
  return ['.toml', '.json'].includes(extname(path));
}

type Described = 'guests' | 'drives' | 'networks' | 'harts' | 'hostMemory';

/** @throws UserError that names the file and the place in it. */
export function readGuestsFile(path: string): Pick<BootOptions<NetSpec>, Described> {
  const { host = {}, networks = {}, guests } = parse(path);
  const folder = dirname(path);
  const drives: string[] = [];
  const options = Object.entries(guests).map(([name, entry]): GuestOptions => {
    const size = (text: string) => parseMemorySize(text, `${path}: guests.${name}.memory`, LEAST_GUEST_MEMORY);
    const firstDisk = drives.length;
    const unknown = entry.networks?.find((network) => !Object.hasOwn(networks, network));
    if (unknown !== undefined) {
      throw new UserError(
        `${path}: guests.${name}.networks: there is no network ${unknown}; add [networks.${unknown}]`,
      );
    }
    drives.push(...(entry.disks ?? []).map((disk) => besideFile(folder, disk)));
    return {
      name,
      path: resolve(folder, entry.kernel),
      initrd: entry.initrd === undefined ? undefined : resolve(folder, entry.initrd),
      append: entry.append,
      memory: entry.memory === undefined ? undefined : size(entry.memory),
      vcpus: entry.vcpus,
      weight: entry.weight,
      disks: (entry.disks ?? []).map((_, index) => firstDisk + index),
      networks: entry.networks ?? [],
    };
  });
  const hostMemory =
    host.memory === undefined ? undefined : parseMemorySize(host.memory, `${path}: host.memory`, LEAST_HOST_MEMORY);
  return { guests: options, drives, networks: withUplinks(path, networks), harts: host.harts, hostMemory };
}

function withUplinks(path: string, networks: NonNullable<GuestsFile['networks']>): BootOptions<NetSpec>['networks'] {
  const read = (name: string, text: string) => parseUplink(text, `${path}: networks.${name}.uplink ${text}`);
  const entries = Object.entries(networks).map(([name, { uplink }]) => {
    return [name, uplink === undefined ? {} : { uplink: read(name, uplink) }] as const;
  });
  return Object.fromEntries(entries);
}

function parse(path: string): GuestsFile {
  const text = new TextDecoder().decode(readUserFile(path));
  const data = extname(path) === '.toml' ? fromToml(path, text) : fromJson(path, text);
  const schema = JSON.parse(readPackageFile('cli/guests.schema.json')!) as JsonSchema;
  const mistake = findMistake(data, schema);
  if (mistake !== null) throw new UserError(`${path}: ${mistake}`);
  return data as GuestsFile;
}

function fromToml(path: string, text: string): unknown {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw new UserError(`${path}:${error.line}:${error.column}: ${what}`);
  }
}

function fromJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${path}: ${(error as Error).message.replaceAll(/\s+/g, ' ')}`);
  }
}

/** The words of a drive, its file taken from the folder. */
function besideFile(folder: string, disk: string): string {
  const { path } = parseDrive(disk);
  const rest = disk.replace(/^file=/, '').slice(path.replaceAll(',', ',,').length);
  return resolve(folder, path).replaceAll(',', ',,') + rest;
}

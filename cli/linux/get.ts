/** `typevisor get linux`: Debian's kernel, busybox and OpenSBI, ready for `typevisor machine --linux`. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import xz from 'xz-decompress';
import { userCacheFolder } from '../cache.ts';
import { UserError } from '../errors.ts';
import { TemporaryFolder } from '../files.ts';
import { Progress } from '../progress.ts';
import { Apt } from './apt.ts';
import { readDeb } from './deb.ts';
import { INITRD, KERNEL, linuxFolder, VERSIONS } from './fetched.ts';
import { makeInitramfs } from './initramfs.ts';

const ARCHITECTURE = 'riscv64';
/** Depends on the package of the suite's present kernel. */
const NEWEST_KERNEL = 'linux-image-riscv64';
const KERNEL_PACKAGE = 'linux-image-';
const BUSYBOX = 'busybox-static';
const OPENSBI_PACKAGE = 'opensbi';

/** Modules for the machine's devices and the file systems on them; what those need is in the same folders. */
const MODULES = [
  ...[
    'arch/riscv/kvm',
    'crypto/crc32c_generic',
    'drivers/block/virtio_blk',
    'drivers/char/hw_random/(virtio-rng|rng-core)',
  ],
  ...[
    'drivers/net/(virtio_net|net_failover)',
    'drivers/virtio/virtio_mmio',
    'fs/9p',
    'fs/ext4',
    'fs/fscache',
    'fs/jbd2',
  ],
  ...[
    'fs/mbcache',
    'fs/netfs',
    'fs/overlayfs',
    'fs/squashfs',
    'lib/crc16',
    'lib/libcrc32c',
    'net/9p/(9pnet|9pnet_virtio)',
  ],
  'net/core/failover',
];
const KERNEL_FILES = new RegExp(`^boot/vmlinu[xz]-|/kernel/(${MODULES.join('|')})[./](.*\\.)?ko(\\.xz)?$`);

/** @throws UserError for anything that stops it. */
export async function get(what: string, options: { readonly suite: string }): Promise<void> {
  if (what !== 'linux') throw new UserError(`get ${what}: there is only linux to get`);
  if (!/^[a-z][a-z0-9-]*$/.test(options.suite))
    throw new UserError(`--suite ${options.suite}: not the name of a suite`);
  using progress = new Progress('get linux');
  const versions = await fetchInto(linuxFolder(), options.suite, progress);
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  progress.finish(`${list.join(', ')}\nin ${linuxFolder()}; boot it with: typevisor machine --linux`);
}

/** Returns the versions of the packages. */
async function fetchInto(target: string, suite: string, progress: Progress): Promise<Record<string, string>> {
  const apt = new Apt(join(userCacheFolder(), `apt-${suite}`), suite, ARCHITECTURE);
  progress.show(`lists of ${suite}`);
  await apt.update((percent) => progress.show(`lists of ${suite}`, percent));
  const kernel = (await apt.dependencies(NEWEST_KERNEL)).find((name) => name.startsWith(KERNEL_PACKAGE));
  if (kernel === undefined) throw new UserError(`get linux: ${suite} has no kernel that ${NEWEST_KERNEL} depends on`);
  const names = [kernel, BUSYBOX, OPENSBI_PACKAGE];
  const versions: Record<string, string> = {};
  for (const name of names) versions[name] = await apt.version(name);

  using folder = new TemporaryFolder();
  const debs = await apt.download(names, folder.path, (percent) => progress.show(`packages of ${suite}`, percent));
  progress.show('making the initramfs');
  const busybox = [...(await readDeb(debs.get(BUSYBOX)!, /\/busybox$/)).values()][0]!;
  const kernelFiles = [...(await readDeb(debs.get(kernel)!, KERNEL_FILES))];
  const image = kernelFiles.find(([path]) => path.startsWith('boot/'))![1];
  const modules = kernelFiles
    .filter(([path]) => !path.startsWith('boot/'))
    .map(([path, bytes]) => unpackModule(path, bytes));
  const release = kernel.slice(KERNEL_PACKAGE.length);
  const initrd = makeInitramfs({ busybox, release, modules: await Promise.all(modules) });
  const firmware = await readDeb(debs.get(OPENSBI_PACKAGE)!, /\/generic\/fw_(dynamic|jump)\.bin$/);
  replaceFolder(target, {
    [KERNEL]: image,
    [INITRD]: initrd,
    [VERSIONS]: Buffer.from(`${JSON.stringify({ suite, ...versions }, null, 2)}\n`),
    ...Object.fromEntries([...firmware].map(([path, bytes]) => [basename(path), bytes])),
  });
  return versions;
}

async function unpackModule(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  const packed = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  return path.endsWith('.xz') ? buffer(new xz.XzReadableStream(packed.stream())) : bytes;
}

/** The folder has all of the files, or stays as it was. */
function replaceFolder(folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(partial, name), bytes);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

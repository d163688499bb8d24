/** `typevisor get linux`: Debian's kernel, busybox and OpenSBI, ready for `typevisor machine --linux`. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import xz from 'xz-decompress';
import { sourcesKey, userCacheFolder } from '../cache.ts';
import { UserError } from '../errors.ts';
import { TemporaryFolder } from '../files.ts';
import { isCheckout, version } from '../package-root.ts';
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

/** Folders and files of modules: for the machine's devices, the file systems on them, and what those need. */
const MODULES = `
  arch/riscv/kvm crypto/crc32c_generic lib/crc16 lib/libcrc32c
  drivers/virtio/virtio_mmio drivers/block/virtio_blk drivers/char/hw_random/virtio-rng drivers/char/hw_random/rng-core
  drivers/net/virtio_net drivers/net/net_failover net/core/failover net/9p/9pnet net/9p/9pnet_virtio
  fs/9p fs/ext4 fs/fscache fs/jbd2 fs/mbcache fs/netfs fs/overlayfs fs/squashfs`;
const KERNEL_FILES = new RegExp(
  `^boot/vmlinu[xz]-|/kernel/(${MODULES.trim().split(/\s+/).join('|')})[./](.*\\.)?ko(\\.xz)?$`,
);

/** Names of packages with their versions, and the suite and the Typevisor that the files are made by. */
type Versions = Readonly<Record<string, string>>;

/** @throws UserError for anything that stops it. */
export async function get(what: string, { suite }: { readonly suite: string }): Promise<void> {
  if (what !== 'linux') throw new UserError(`get ${what}: there is only linux to get`);
  if (!/^[a-z][a-z0-9-]*$/.test(suite)) throw new UserError(`--suite ${suite}: not the name of a suite`);
  using progress = new Progress('get linux');
  const apt = new Apt(join(userCacheFolder(), `apt-${suite}`), suite, ARCHITECTURE);
  progress.show(`lists of ${suite}`);
  await apt.update((percent) => progress.show(`lists of ${suite}`, percent));
  const kernel = (await apt.dependencies(NEWEST_KERNEL)).find((name) => name.startsWith(KERNEL_PACKAGE));
  if (kernel === undefined) throw new UserError(`get linux: ${suite} has no kernel that ${NEWEST_KERNEL} depends on`);
  const names = [kernel, BUSYBOX, OPENSBI_PACKAGE];
  const packages = await Promise.all(names.map(async (name) => [name, await apt.version(name)] as const));
  const versions: Versions = { suite, typevisor: madeBy(), ...Object.fromEntries(packages) };
  const isNew = !isFetched(versions);
  if (isNew) {
    using folder = new TemporaryFolder();
    const debs = await apt.download(names, folder.path, (percent) => progress.show(`packages of ${suite}`, percent));
    progress.show('making the initramfs');
    const files = await filesFrom(debs, kernel);
    replaceFolder(linuxFolder(), { ...files, [VERSIONS]: Buffer.from(`${JSON.stringify(versions, null, 2)}\n`) });
  }
  const list = packages.map((each) => each.join(' ')).join(', ');
  progress.finish(
    `${list}${isNew ? '' : ' (nothing newer)'}\nin ${linuxFolder()}; boot it with: typevisor machine --linux`,
  );
}

/** What decides about the files beside the packages: in a checkout the sources, else the version. */
function madeBy(): string {
  return isCheckout ? sourcesKey(['cli/linux'], []) : version;
}

function isFetched(versions: Versions): boolean {
  const file = join(linuxFolder(), VERSIONS);
  return existsSync(file) && isDeepStrictEqual(JSON.parse(readFileSync(file, 'utf8')), versions);
}

/** The contents of the folder, by name. */
async function filesFrom(debs: ReadonlyMap<string, string>, kernel: string): Promise<Record<string, Uint8Array>> {
  const busybox = [...(await readDeb(debs.get(BUSYBOX)!, /\/busybox$/)).values()][0]!;
  const kernelFiles = [...(await readDeb(debs.get(kernel)!, KERNEL_FILES))];
  const image = kernelFiles.find(([path]) => path.startsWith('boot/'))![1];
  const packed = kernelFiles.filter(([path]) => !path.startsWith('boot/'));
  const modules: Uint8Array[] = [];
  for (const [path, bytes] of packed) modules.push(await unpackModule(path, bytes));
  const release = kernel.slice(KERNEL_PACKAGE.length);
  const firmware = await readDeb(debs.get(OPENSBI_PACKAGE)!, /\/generic\/fw_(dynamic|jump)\.bin$/);
  return {
    [KERNEL]: image,
    [INITRD]: makeInitramfs({ busybox, release, modules }),
    ...Object.fromEntries([...firmware].map(([path, bytes]) => [basename(path), bytes])),
  };
}

async function unpackModule(path: string, bytes: Uint8Array): Promise<Uint8Array> {
  if (!path.endsWith('.xz')) return bytes;
  const packed = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
  return buffer(new xz.XzReadableStream(packed));
}

/** The folder has all of the files, or stays as it was. */
function replaceFolder(folder: string, files: Readonly<Record<string, Uint8Array>>): void {
  const partial = `${folder}.${process.pid}.partial`;
  mkdirSync(partial, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(partial, name), bytes);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}

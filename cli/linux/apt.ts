/**
 * Packages of another suite and architecture of Debian than the system's own, by the system's own apt: its mirror, its proxy, its keys.
 * All that apt keeps is in a folder of ours; nothing of the system's is changed, and nobody has to be root.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const SOURCES = '/etc/apt';

/** Where the system gets Debian from. */
export interface DebianSource {
  readonly uri: string;
  /** Path of the keys that its lists are signed by. */
  readonly signedBy: string | undefined;
}

/**
 * Debian's main archive in the text of a file of apt's sources (sources.list(5)): of `.sources` (deb822) or `.list` style.
 * undefined when it only has others.
 */
export function findDebianSource(text: string): DebianSource | undefined {
  return [...deb822Sources(text), ...oneLineSources(text)].find(
    ({ uri, components }) => /debian/.test(uri) && !/security/.test(uri) && components.includes('main'),
  );
}

type Source = DebianSource & { readonly components: readonly string[] };

function deb822Sources(text: string): Source[] {
  return text.split(/\n\s*\n/).flatMap((paragraph) => {
    const field = (name: string) => new RegExp(`^${name}:[ \\t]*(\\S.*)$`, 'mi').exec(paragraph)?.[1]?.trim();
    const [uri] = (field('URIs') ?? '').split(/\s+/);
    if (!uri || !/\bdeb\b/.test(field('Types') ?? '') || /^no$/i.test(field('Enabled') ?? '')) return [];
    return [{ uri, signedBy: path(field('Signed-By')), components: (field('Components') ?? '').split(/\s+/) }];
  });
}

function oneLineSources(text: string): Source[] {
  return [...text.matchAll(/^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+\S+\s+(.*)$/gm)].map(
    ([, options = '', uri, components]) => ({
      uri: uri!,
      signedBy: path(/signed-by=(\S+)/.exec(options)?.[1]),
      components: components!.split(/\s+/),
    }),
  );
}

/** Keys may also be written out in place, which we leave to the default. */
function path(signedBy: string | undefined): string | undefined {
  return signedBy?.startsWith('/') ? signedBy : undefined;
}

function systemSource(): DebianSource | undefined {
  const folder = join(SOURCES, 'sources.list.d');
  const files = [join(SOURCES, 'sources.list')];
  if (existsSync(folder)) files.unshift(...readdirSync(folder).map((name) => join(folder, name)));
  const readable = files.filter((file) => /\.(list|sources)$/.test(file) && existsSync(file));
  return readable.map((file) => findDebianSource(readFileSync(file, 'utf8'))).find((source) => source !== undefined);
}

export class Apt {
  readonly #folder: string;
  readonly #suite: string;
  readonly #architecture: string;

  /**
   * @param folder where apt's lists are kept from one call to the next
   * @throws UserError where there is no apt, or none that knows Debian.
   */
  constructor(folder: string, suite: string, architecture: string) {
    const missing = (what: string) => {
      const help = 'give your own files: typevisor machine --kernel Image --initrd initrd.cpio';
      return new UserError(`get linux: ${what}, so there is nothing to fetch Debian's packages with; ${help}`);
    };
    if (spawnSync('apt-get', ['--version']).status !== 0 || spawnSync('dpkg-deb', ['--version']).status !== 0) {
      throw missing('this system has no apt and dpkg');
    }
    const source = systemSource();
    if (source === undefined) throw missing(`apt's sources in ${SOURCES} have no Debian archive`);
    this.#folder = folder;
    this.#suite = suite;
    this.#architecture = architecture;
    for (const each of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(folder, each), { recursive: true });
    writeFileSync(join(folder, 'status'), '');
    const signedBy = source.signedBy ?? KEYRING;
    writeFileSync(join(folder, 'sources.list'), `deb [signed-by=${signedBy}] ${source.uri} ${suite} main\n`);
  }

  /** Fetches the suite's lists of packages. `progress` hears the percentage. @throws UserError with apt's reason. */
  async update(progress: (percent: number) => void): Promise<void> {
    await this.#run('apt-get', ['update', '--error-on=any'], { progress });
  }

  /** Names of the packages that one depends on. @throws UserError when the suite does not have it. */
  async dependencies(name: string): Promise<string[]> {
    const text = await this.#run('apt-cache', ['depends', '--important', name]);
    return [...text.matchAll(/^\s+Depends: (\S+)$/gm)].map(([, each]) => each!);
  }

  /** @throws UserError when the suite does not have it. */
  async version(name: string): Promise<string> {
    const text = await this.#run('apt-cache', ['show', '--no-all-versions', name]);
    return /^Version: (.*)$/m.exec(text)![1]!;
  }

  /** Downloads packages, whose checksums apt compares, to a folder. Returns the paths of the .deb files by name. */
  async download(
    names: readonly string[],
    folder: string,
    progress: (percent: number) => void,
  ): Promise<ReadonlyMap<string, string>> {
    await this.#run('apt-get', ['download', ...names], { progress, cwd: folder });
    const files = readdirSync(folder);
    return new Map(names.map((name) => [name, join(folder, files.find((file) => file.startsWith(`${name}_`))!)]));
  }

  #run(
    command: string,
    args: readonly string[],
    { progress, cwd }: { progress?: (percent: number) => void; cwd?: string } = {},
  ): Promise<string> {
    const child = spawn(command, [...this.#options(), ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, LC_ALL: 'C' },
    });
    let output = '';
    let complaint = '';
    child.stdout!.on('data', (bytes) => {
      output += bytes;
    });
    child.stderr!.on('data', (bytes) => {
      complaint += bytes;
    });
    // Lines like "dlstatus:1:22.3456:Retrieving file 1 of 3" (apt's README.progress-reporting).
    child.stdio[3]!.on('data', (bytes) => {
      const percent = [...String(bytes).matchAll(/^dlstatus:\d+:([\d.]+):/gm)].at(-1)?.[1];
      if (percent !== undefined) progress?.(Number(percent));
    });
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve(output);
        else reject(new UserError(`${command} ${args[0]} for ${this.#suite}: ${lastComplaint(complaint, code)}`));
      });
    });
  }

  #options(): string[] {
    const file = (name: string) => join(this.#folder, name);
    return [
      ...[`Dir::Etc::SourceList=${file('sources.list')}`, 'Dir::Etc::SourceParts=/dev/null'],
      ...['Dir::Etc::PreferencesParts=/dev/null', 'Dir::Etc::Preferences=/dev/null'],
      ...[`Dir::State=${this.#folder}`, `Dir::State::Lists=${file('lists')}`, `Dir::State::status=${file('status')}`],
      ...[`Dir::Cache=${file('cache')}`, `APT::Architecture=${this.#architecture}`],
      ...[`APT::Architectures=${this.#architecture}`, 'APT::Sandbox::User=root', 'APT::Status-Fd=3'],
      ...['APT::Update::Post-Invoke-Success::=', 'APT::Update::Post-Invoke::='],
    ].map((option) => `-o${option}`);
  }
}

/** The last line of apt's that is an error. */
function lastComplaint(text: string, code: number | null): string {
  const errors = text.split('\n').filter((line) => /^E: /.test(line));
  return errors.at(-1)?.slice('E: '.length) ?? `it ended with exit code ${code}`;
}

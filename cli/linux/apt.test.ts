import { expect, test } from 'vitest';
import { findDebianSource } from './apt.ts';

const uri = 'http://mirror.example/debian';

test.each([
  [
    'deb822',
    `Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb deb-src
# a comment
URIs: ${uri} http://other.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/keys.gpg
`,
    { uri, signedBy: '/usr/share/keyrings/keys.gpg' },
  ],
  [
    'one line',
    `deb-src ${uri} bookworm main\ndeb [arch=amd64 signed-by=/keys.gpg] ${uri} bookworm main contrib`,
    '/keys.gpg',
  ],
  ['no keys', `deb ${uri} bookworm main`, undefined],
  ['keys in place', `Types: deb\nURIs: ${uri}\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN`, undefined],
])('finds Debian in sources of the style: %s', (_, text, expected) => {
  expect(findDebianSource(text)).toMatchObject(typeof expected === 'object' ? expected : { uri, signedBy: expected });
});

test.each([
  ['deb http://deb.example/node_20.x nodistro main'],
  ['# deb http://mirror.example/debian bookworm main'],
  ['Types: deb\nURIs: http://mirror.example/debian\nSuites: sid\nComponents: main\nEnabled: no'],
  ['deb http://mirror.example/debian bookworm contrib'],
])('finds none in %j', (text) => expect(findDebianSource(text)).toBeUndefined());

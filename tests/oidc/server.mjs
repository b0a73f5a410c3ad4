// SPDX-License-Identifier: Apache-2.0
// An OpenID provider on a free port of this machine, for tst_oidc: `node server.mjs <folder with node_modules>`.
// The first line of its standard input is the secret of the client astra-robot. It says "listening <issuer>" once it
// does, and ends with its standard input.
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const library = join(process.argv[2], 'node_modules', 'oidc-provider', 'lib', 'index.js');
const { default: Provider } = await import(pathToFileURL(library).href);

const input = createInterface({ input: process.stdin });
input.on('close', () => process.exit(0));
const secret = await new Promise((resolve) => { input.once('line', resolve); });

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';
const configuration = {
  clients: [
    {
      client_id: 'astra-desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', deviceGrant],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/'],
    },
    {
      client_id: 'astra-robot',
      client_secret: secret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    },
  ],
  scopes: ['openid', 'offline_access', 'email', 'data'],
  claims: { openid: ['sub'], email: ['email'] },
  conformIdTokenClaims: false,
  features: {
    deviceFlow: { enabled: true },
    clientCredentials: { enabled: true },
    revocation: { enabled: true },
    devInteractions: { enabled: true },
  },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  cookies: { keys: ['for tests'] },
  ttl: { AccessToken: 600, ClientCredentials: 600, DeviceCode: 60, RefreshToken: 3600, Session: 3600, Grant: 3600, Interaction: 600 },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.org` }) }),
};

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, configuration);
  // This library names no interval, which would mean five seconds.
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.body?.device_code) ctx.body = { ...ctx.body, interval: 0.1 };
  });
  server.on('request', provider.callback());
  process.stdout.write(`listening ${issuer}\n`);
});

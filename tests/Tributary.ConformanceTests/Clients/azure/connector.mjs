// A connector and its user with @azure/identity and the JavaScript Graph client, as their documentation has it: no base address, no custom host, no transport of its own.
// Leads one connection from creation to a hit, with each kind of credential, or asks as a managed identity only. Prints one line of JSON.
import {
  ClientCertificateCredential, ClientSecretCredential, DeviceCodeCredential, ManagedIdentityCredential, UsernamePasswordCredential,
} from '@azure/identity';
import graph from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';

const [tenant, app, certificate] = process.argv.slice(2);

const clientFor = credential =>
  graph.Client.initWithMiddleware({ authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes: ['https://graph.microsoft.com/.default'] }) });

// What a user does in a browser, with the code that the program shows.
async function enter({ userCode, verificationUri }) {
  const page = await fetch(verificationUri, { method: 'POST', body: new URLSearchParams({ otc: userCode }) });
  const token = /name="token" value="([^"]+)"/.exec(await page.text())[1];
  const answer = await fetch('https://login.microsoftonline.com/common/login', { method: 'POST', body: new URLSearchParams({ token, user: 'reader@tributary.local' }) });
  if (!answer.ok) {
    throw new Error(`${answer.status} ${await answer.text()}`);
  }
}

if (!tenant) {
  console.log(JSON.stringify(await clientFor(new ManagedIdentityCredential()).api('/external/connections').get()));
  process.exit();
}

const connector = clientFor(new ClientSecretCredential(tenant, app, 'any secret'));
const seen = {};
seen.created = (await connector.api('/external/connections').post({ id: 'azurejs', name: 'JavaScript', description: 'With @azure/identity' })).state;
await connector.api('/external/connections/azurejs/schema').header('content-type', 'application/json').patch({
  baseType: 'microsoft.graph.externalItem',
  properties: [{ name: 'title', type: 'String', isSearchable: 'true', isQueryable: 'true', isRetrievable: 'true', labels: ['title'] }],
});
await connector.api('/external/connections/azurejs/items/T1').put({
  acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
  properties: { title: 'Printer jams' },
  content: { value: 'Paper jam since Monday', type: 'text' },
});

const applications = {
  certificate: new ClientCertificateCredential(tenant, app, certificate),
  managedIdentity: new ManagedIdentityCredential(),
  managedIdentityOfClient: new ManagedIdentityCredential({ clientId: app }),
};
for (const [name, credential] of Object.entries(applications)) {
  seen[name] = (await clientFor(credential).api('/external/connections/azurejs').get()).state;
}

const search = { requests: [{ entityTypes: ['externalItem'], contentSources: ['/external/connections/azurejs'], query: { queryString: 'jam' } }] };
const users = {
  deviceCode: new DeviceCodeCredential({ tenantId: tenant, clientId: app, userPromptCallback: enter }),
  password: new UsernamePasswordCredential(tenant, app, 'reader@tributary.local', 'any'),
};
for (const [name, credential] of Object.entries(users)) {
  const answer = await clientFor(credential).api('/search/query').post(search);
  seen[name] = answer.value[0].hitsContainers[0].hits.map(hit => hit.resource.properties.title);
}

await connector.api('/external/connections/azurejs').delete();
console.log(JSON.stringify(seen));

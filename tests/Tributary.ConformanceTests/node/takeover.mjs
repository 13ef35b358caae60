// Signs in and lists connections through the proxy of the environment, as @azure/identity and others do: CONNECT, then TLS with Node's own roots and
// NODE_EXTRA_CA_CERTS. With nothing but Node.js, of any version: fetch itself goes by HTTPS_PROXY only from 22.21 and 24.5 on.
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';

const proxy = new URL(process.env.HTTPS_PROXY);
const [tenant, app] = process.argv.slice(2);

function open(host) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: proxy.hostname, port: proxy.port, method: 'CONNECT', path: `${host}:443` });
    request.on('error', reject);
    request.on('connect', (answer, socket) =>
      answer.statusCode === 200 ? resolve(tls.connect({ socket, servername: host })) : reject(new Error(`CONNECT: ${answer.statusCode}`)));
    request.end();
  });
}

async function send(method, url, headers, body) {
  const { hostname, pathname } = new URL(url);
  const socket = await open(hostname);
  return await new Promise((resolve, reject) => {
    const request = https.request({ host: hostname, path: pathname, method, headers, createConnection: () => socket }, answer => {
      let text = '';
      answer.on('data', chunk => { text += chunk; });
      answer.on('end', () => answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${answer.statusCode} ${text}`)));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: app, client_secret: 'any', scope: 'https://graph.microsoft.com/.default' });
const { access_token: token } = await send(
  'POST', `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`, { 'Content-Type': 'application/x-www-form-urlencoded' }, form.toString());
console.log(JSON.stringify(await send('GET', 'https://graph.microsoft.com/v1.0/external/connections', { Authorization: `Bearer ${token}` })));

// A connector with the JavaScript client, from connection to search hit. Prints what it saw as one line of JSON.
//
// The client gives its token to https addresses only, so it is told nothing of the local server: it calls graph.microsoft.com, and the last link of its
// own chain carries the call over, as a host name taken over would.
import graph from "@microsoft/microsoft-graph-client";

const { SERVER, APP_TOKEN, USER_TOKEN } = process.env;

function clientFor(token) {
  const authentication = new graph.AuthenticationHandler({ getAccessToken: async () => token });
  const telemetry = new graph.TelemetryHandler();
  authentication.setNext(telemetry);
  telemetry.setNext({
    async execute(context) {
      const url = typeof context.request === "string" ? context.request : context.request.url;
      context.response = await fetch(url.replace("https://graph.microsoft.com", SERVER), context.options);
    },
  });
  return graph.Client.initWithMiddleware({ middleware: authentication });
}

const app = clientFor(APP_TOKEN);
const seen = {};

seen.created = await app.api("/external/connections").post({ id: "jsconnector", name: "JavaScript", description: "From the JavaScript client" });

const accepted = await app
  .api("/external/connections/jsconnector/schema")
  .header("content-type", "application/json")
  .responseType(graph.ResponseType.RAW)
  .patch({
    baseType: "microsoft.graph.externalItem",
    properties: [
      { name: "title", type: "String", isSearchable: "true", isQueryable: "true", isRetrievable: "true", labels: ["title"] },
      { name: "tags", type: "StringCollection", isQueryable: "true", isRetrievable: "true" },
    ],
  });
const operation = accepted.headers.get("Location").split("/").pop();
seen.accepted = accepted.status;
seen.operation = (await app.api(`/external/connections/jsconnector/operations/${operation}`).get()).status;

seen.item = await app.api("/external/connections/jsconnector/items/T1").put({
  acl: [{ type: "everyone", value: "everyone", accessType: "grant" }],
  properties: { title: "Printer jams", "tags@odata.type": "Collection(String)", tags: ["printer"] },
  content: { value: "Paper jam since Monday", type: "text" },
});

seen.search = await clientFor(USER_TOKEN).api("/search/query").post({
  requests: [{ entityTypes: ["externalItem"], contentSources: ["/external/connections/jsconnector"], query: { queryString: "jam tags:printer" } }],
});

seen.deletedItem = (await app.api("/external/connections/jsconnector/items/T1").delete()) ?? null;
try {
  await app.api("/external/connections/jsconnector/items/T1").get();
} catch (error) {
  seen.error = { name: error.name, statusCode: error.statusCode, code: error.code, message: error.message, requestId: error.requestId, date: error.date };
}

const items = "https://graph.microsoft.com/external/connections/jsconnector/items";
const put = (id, title) =>
  new Request(`${items}/${id}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ acl: [{ type: "everyone", value: "everyone", accessType: "grant" }], properties: { title } }),
  });

// The client itself takes requests that all run at once, or one after the other, in one batch.
async function runBatch(steps) {
  const batch = new graph.BatchRequestContent(steps);
  const answers = new graph.BatchResponseContent(await app.api("/$batch").post(await batch.getContent()));
  const parts = [];
  for (const [id, response] of answers.getResponses()) {
    parts.push({ id, status: response.status, title: response.status === 204 ? null : (await response.json()).properties.title });
  }

  return parts;
}

seen.batch = await runBatch(Array.from({ length: 20 }, (_, i) => ({ id: `${i + 1}`, request: put(`B${i + 1}`, `Batch ${i + 1}`) })));
seen.serialBatch = await runBatch([
  { id: "put", request: put("B1", "Again") },
  { id: "get", request: new Request(`${items}/B1`), dependsOn: ["put"] },
  { id: "delete", request: new Request(`${items}/B1`, { method: "DELETE" }), dependsOn: ["get"] },
]);

await app.api("/external/connections/jsconnector").delete();
console.log(JSON.stringify(seen));

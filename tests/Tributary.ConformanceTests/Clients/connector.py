"""
A connector and its user with azure-identity, as its documentation has it: no authority, no transport of its own. Leads one connection from creation to a hit,
with each kind of credential, or asks as a managed identity only. Prints one line of JSON.
"""
import json
import re
import sys
import urllib.parse
import urllib.request

import requests
from azure.identity import CertificateCredential, ClientSecretCredential, DeviceCodeCredential, ManagedIdentityCredential, UsernamePasswordCredential

GRAPH = "https://graph.microsoft.com/v1.0"
CONNECTION = GRAPH + "/external/connections/azurepy"


def send(method, url, credential, body=None):
    token = credential.get_token("https://graph.microsoft.com/.default").token
    answer = requests.request(method, url, json=body, headers={"Authorization": "Bearer " + token}, timeout=30)
    if not answer.ok:
        raise SystemExit(f"{method} {url}: {answer.status_code} {answer.text}")
    return answer.json() if answer.content else None


def enter(verification_uri, user_code, expires_on):
    """What a user does in a browser, with the code that the program shows; by Python's own library."""
    page = urllib.request.urlopen(verification_uri, urllib.parse.urlencode({"otc": user_code}).encode()).read().decode()
    form = {"token": re.search('name="token" value="([^"]+)"', page).group(1), "user": "reader@tributary.local"}
    urllib.request.urlopen("https://login.microsoftonline.com/common/login", urllib.parse.urlencode(form).encode()).read()


if len(sys.argv) == 1:
    print(json.dumps(send("GET", GRAPH + "/external/connections", ManagedIdentityCredential())))
    raise SystemExit

tenant, app, certificate = sys.argv[1:]
secret = ClientSecretCredential(tenant, app, "any secret")
seen = {"created": send("POST", GRAPH + "/external/connections", secret, {"id": "azurepy", "name": "Python", "description": "With azure-identity"})["state"]}
title = {"name": "title", "type": "String", "isSearchable": True, "isQueryable": True, "isRetrievable": True, "labels": ["title"]}
send("PATCH", CONNECTION + "/schema", secret, {"baseType": "microsoft.graph.externalItem", "properties": [title]})
send("PUT", CONNECTION + "/items/T1", secret, {
    "acl": [{"type": "everyone", "value": "everyone", "accessType": "grant"}],
    "properties": {"title": "Printer jams"},
    "content": {"value": "Paper jam since Monday", "type": "text"},
})

seen["certificate"] = send("GET", CONNECTION, CertificateCredential(tenant, app, certificate))["state"]
seen["managedIdentity"] = send("GET", CONNECTION, ManagedIdentityCredential())["state"]
seen["managedIdentityOfClient"] = send("GET", CONNECTION, ManagedIdentityCredential(client_id=app))["state"]

search = {"requests": [{"entityTypes": ["externalItem"], "contentSources": ["/external/connections/azurepy"], "query": {"queryString": "jam"}}]}
users = {
    "deviceCode": DeviceCodeCredential(app, tenant_id=tenant, prompt_callback=enter),
    "password": UsernamePasswordCredential(app, "reader@tributary.local", "any", tenant_id=tenant),
}
for name, credential in users.items():
    hits = send("POST", GRAPH + "/search/query", credential, search)["value"][0]["hitsContainers"][0]["hits"]
    seen[name] = [hit["resource"]["properties"]["title"] for hit in hits]

send("DELETE", CONNECTION, secret)
print(json.dumps(seen))

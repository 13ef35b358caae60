# CLI for Microsoft 365 from sign-in to a healthy connection, with each way to sign in that needs no browser of its own. Leaves what each step printed in $OUT.
set -e
PATH="$(dirname "$0")/node_modules/.bin:$PATH"
ACCOUNT="--appId $APP --tenant $TENANT"
step() { name=$1; shift; m365 "$@" > "$OUT/$name" < /dev/null || { echo "$name: m365 $*: $?"; cat "$OUT/$name"; exit 1; } >&2; }

step secret login --authType secret $ACCOUNT --secret any
step status status
step add external connection add --id clihr --name "CLI HR" --description "Human resources, from the command line"
step get external connection get --id clihr
step list external connection list
step schema external connection schema add --externalConnectionId clihr --schema '{ "baseType": "microsoft.graph.externalItem", "properties": [
  { "name": "ticketTitle", "type": "String", "isSearchable": "true", "isQueryable": "true", "isRetrievable": "true", "labels": ["title"] },
  { "name": "url", "type": "String", "isRetrievable": "true", "labels": ["url"] },
  { "name": "icon", "type": "String", "isRetrievable": "true", "labels": ["iconUrl"] },
  { "name": "tags", "type": "StringCollection", "isQueryable": "true", "isRetrievable": "true" },
  { "name": "priority", "type": "Int64", "isQueryable": "true", "isRetrievable": "true" } ] }'
step item external item add --id t1 --externalConnectionId clihr --content "Paper jam since Monday" --acls "grant,everyone,everyone" --ticketTitle "Printer jams" \
  --url https://example.com/t1 --icon https://example.com/t1.png --tags "printer;#office" --tags@odata.type "Collection(String)" --priority 3
step resolver external connection urltoitemresolver add --externalConnectionId clihr --baseUrls https://example.com --urlPattern '/(?<id>[^/]+)' --itemId '{id}' --priority 1
step layout request --url https://graph.microsoft.com/v1.0/external/connections/clihr --method patch --content-type application/json --body '{ "searchSettings": {
  "searchResultTemplates": [ { "id": "tickets", "priority": 1, "layout": { "type": "AdaptiveCard", "version": "1.3", "body": [ { "type": "TextBlock", "text": "${ticketTitle}" } ] } } ] } }'

step certificate login --authType certificate $ACCOUNT --certificateFile "$CERTIFICATE"
step certificateGet external connection get --name "CLI HR"
step identity login --authType identity
step identityGet external connection get --id clihr

step password login --authType password $ACCOUNT --userName reader@tributary.local --password any
step search request --url https://graph.microsoft.com/v1.0/search/query --method post --content-type application/json --body '{ "requests": [
  { "entityTypes": ["externalItem"], "contentSources": ["/external/connections/clihr"], "query": { "queryString": "jam tags:printer" } } ] }'
m365 search --queryText jam --scopes driveItem > "$OUT/searchFiles" 2>&1 < /dev/null || true

# The user enters the code that the program shows.
m365 login --authType deviceCode $ACCOUNT > "$OUT/deviceCode" 2> "$OUT/deviceCode.said" < /dev/null &
until grep -q 'enter the code' "$OUT/deviceCode.said"; do kill -0 $!; sleep 0.1; done
PAGE=$(sed -n 's/.*open the page \([^ ]*\) .*/\1/p' "$OUT/deviceCode.said")
CODE=$(sed -n 's/.*enter the code \([^ ]*\) .*/\1/p' "$OUT/deviceCode.said")
FORM=$(curl -sS "$PAGE" -d "otc=$CODE" | sed -n 's/.*name="token" value="\([^"]*\)".*/\1/p' | head -n 1)
curl -sS -o /dev/null https://login.microsoftonline.com/common/login --data-urlencode "token=$FORM" -d user=admin@tributary.local
wait $!
step doctor external connection doctor --id clihr
step remove external connection remove --id clihr --force
step gone external connection list

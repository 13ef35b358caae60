using System.CommandLine;
using System.Text;
using System.Text.Json;
using Tributary.Auth.DevIssuer;
using Tributary.Graph;

namespace Tributary.Cli;

/// <summary><c>tributary access explain</c>: asks a running server who sees what and why, and prints it for people, or as the server said it.</summary>
internal static class AccessExplainCommand
{
    private const string Words = "tributary access explain";

    public static Command Create()
    {
        Option<string> url = AdministratorCall.Url();
        Option<string?> tenant = new("--tenant") { Description = "The tenant, a GUID. Default: that of the token; of the operator's key the development issuer's." };
        Option<string> connection = new("--connection") { Description = "The id of the connection.", Required = true };
        Option<string?> item = new("--item") { Description = "The id of the item." };
        Option<string?> user = new("--user") { Description = "The user: object id, or user principal name where there is a directory." };
        Option<string[]> group = new("--group") { Description = "Where no directory is configured: object id of an Entra group that the user's token names; may be given again.", HelpName = "ID" };
        Option<bool> noGroups = new("--no-groups") { Description = "Where no directory is configured: the user's token names no group." };
        Option<bool?> guest = new("--guest") { Description = "Whether the user's token says that he is a guest." };
        Option<bool?> enabled = new("--was-enabled") { Description = "With --as-of, where nothing is kept of it: whether the user's account was enabled then." };
        Option<string?> asOf = new("--as-of") { Description = "A past moment, such as 2026-11-24T09:00:00Z." };
        Option<string?> whatIf = new("--what-if") { Description = "A change not yet made: its JSON, or a file that holds it; - for standard input.", HelpName = "JSON|FILE" };
        Option<int?> maxUsers = new("--max-users") { Description = "For at most how many users the effects of a change are looked at." };
        Option<int?> maxItems = new("--max-items") { Description = "At most how many items are named." };
        Option<string?> tokenFile = AdministratorCall.TokenFile();
        Option<string?> data = AdministratorCall.Data();
        Option<bool> json = new("--json") { Description = "Print JSON, as the server answers it." };
        Command command = new("explain", "Tell whether a user may see an item, which entry decides, by which groups; and what a change would open or close.")
        {
            url, tenant, connection, item, user, group, noGroups, guest, enabled, asOf, whatIf, maxUsers, maxItems, tokenFile, data, json,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output, error = parsed.InvocationConfiguration.Error;
            string[] groups = parsed.GetValue(group) ?? [];
            (string? token, string? problem) = await AdministratorCall.TokenAsync(parsed.GetValue(tokenFile), parsed.GetValue(data), Words, cancellation);
            (JsonElement? change, string? wrong) = await WhatIfAsync(parsed.GetValue(whatIf), cancellation);
            if ((problem ?? wrong ?? (groups.Length > 0 && parsed.GetValue(noGroups) ? "--no-groups says that there is no --group; leave out one of them." : null)) is { } told)
            {
                await error.WriteLineAsync(told);
                return 1;
            }

            string body = Body(writer =>
            {
                // The key is of no tenant; the development issuer's is the one that the first steps use.
                Text(writer, "tenantId", parsed.GetValue(tenant) ?? (parsed.GetValue(data) is null ? null : DevDefaults.TenantId));
                Text(writer, "connectionId", parsed.GetRequiredValue(connection));
                Text(writer, "itemId", parsed.GetValue(item));
                Text(writer, "userId", parsed.GetValue(user));
                Text(writer, "asOf", parsed.GetValue(asOf));
                if (groups.Length > 0 || parsed.GetValue(noGroups))
                {
                    writer.WriteStartArray("groups");
                    Array.ForEach(groups, writer.WriteStringValue);
                    writer.WriteEndArray();
                }

                if (parsed.GetValue(guest) is { } isGuest)
                {
                    writer.WriteBoolean("isGuest", isGuest);
                }

                if (parsed.GetValue(enabled) is { } wasEnabled)
                {
                    writer.WriteBoolean("wasEnabled", wasEnabled);
                }

                Number(writer, "maxUsers", parsed.GetValue(maxUsers));
                Number(writer, "maxItems", parsed.GetValue(maxItems));
                if (change is { } sent)
                {
                    writer.WritePropertyName("whatIf");
                    sent.WriteTo(writer);
                }
            });
            var call = new AdministratorCall(Words, parsed.GetRequiredValue(url), token!, error);
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            return await call.SendAsync(HttpMethod.Post, "/tributary/access/explain", content, response => PrintAsync(response, parsed.GetValue(json), output, cancellation), cancellation);
        });
        return command;
    }

    private static async Task<string?> PrintAsync(HttpResponseMessage response, bool json, TextWriter output, CancellationToken cancellation)
    {
        string text = await response.Content.ReadAsStringAsync(cancellation);
        using JsonDocument? answer = AdministratorCall.ParseOrNull(text);
        if (answer is null)
        {
            return "no JSON";
        }

        if (json)
        {
            await output.WriteLineAsync(Body(answer.RootElement.WriteTo, isIndented: true));
        }
        else
        {
            AccessReport.Write(output, answer.RootElement);
        }

        return null;
    }

    private static async Task<(JsonElement? WhatIf, string? Problem)> WhatIfAsync(string? given, CancellationToken cancellation)
    {
        if (given is null)
        {
            return (null, null);
        }

        try
        {
            string text = given.TrimStart().StartsWith('{') ? given
                : given == "-" ? await Console.In.ReadToEndAsync(cancellation)
                : await File.ReadAllTextAsync(given, cancellation);
            using var document = JsonDocument.Parse(text);
            return (document.RootElement.Clone(), null);
        }
        catch (JsonException exception)
        {
            return (null, $"--what-if holds no valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (null, $"--what-if: {exception.Message}");
        }
    }

    private static void Text(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    private static void Number(Utf8JsonWriter writer, string name, int? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
    }

    private static string Body(Action<Utf8JsonWriter> writeMembers) => Body(
        writer =>
        {
            writer.WriteStartObject();
            writeMembers(writer);
            writer.WriteEndObject();
        },
        isIndented: false);

    private static string Body(Action<Utf8JsonWriter> write, bool isIndented)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, GraphResult.WriterOptions with { Indented = isIndented }))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length));
    }
}

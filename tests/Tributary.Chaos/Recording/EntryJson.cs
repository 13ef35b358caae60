using System.Text.Json;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Recording;

/// <summary>Lines of a run's file. Bodies and answers stand in them as the JSON that they are, so that the file can be searched by any tool.</summary>
internal static class EntryJson
{
    public static void Write(Utf8JsonWriter json, RunEntry entry)
    {
        json.WriteStartObject();
        switch (entry)
        {
            case RunHeader header:
                WriteHeader(json, header);
                break;
            case RunEvent happened:
                json.WriteNumber("at", happened.Time);
                json.WriteString("event", happened.Text);
                break;
            case Exchange exchange:
                WriteExchange(json, exchange);
                break;
        }

        json.WriteEndObject();
    }

    public static RunEntry Read(JsonElement line)
    {
        if (line.TryGetProperty("run", out JsonElement run))
        {
            return new RunHeader(
                run.GetString()!,
                line.GetProperty("nodes").GetInt32(),
                line.GetProperty("late").GetInt64(),
                [.. line.GetProperty("people").EnumerateArray().Select(person => new Person(
                    person.GetProperty("name").GetString()!,
                    person.GetProperty("id").GetString()!,
                    person.GetProperty("guest").GetBoolean(),
                    [.. person.GetProperty("groups").EnumerateArray().Select(group => group.GetString()!)]))]);
        }

        if (line.TryGetProperty("event", out JsonElement happened))
        {
            return new RunEvent(line.GetProperty("at").GetInt64(), happened.GetString()!);
        }

        return new Exchange
        {
            Begin = line.GetProperty("begin").GetInt64(),
            End = line.GetProperty("end").GetInt64(),
            Node = line.GetProperty("node").GetInt32(),
            Caller = line.GetProperty("as").GetString()!,
            Method = line.GetProperty("method").GetString()!,
            Path = line.GetProperty("path").GetString()!,
            Tag = TextOrNull(line, "tag"),
            Body = TextOrNull(line, "body"),
            Status = line.TryGetProperty("status", out JsonElement status) ? status.GetInt32() : null,
            Failure = line.TryGetProperty("failure", out JsonElement failure) ? Enum.Parse<Failure>(failure.GetString()!) : Failure.None,
            RetryAfter = line.TryGetProperty("retryAfter", out JsonElement wait) ? wait.GetDouble() : null,
            Answer = TextOrNull(line, "answer"),
        };
    }

    private static void WriteHeader(Utf8JsonWriter json, RunHeader header)
    {
        json.WriteString("run", header.Text);
        json.WriteNumber("nodes", header.Nodes);
        json.WriteNumber("late", header.Late);
        json.WriteStartArray("people");
        foreach (Person person in header.People)
        {
            json.WriteStartObject();
            json.WriteString("name", person.Name);
            json.WriteString("id", person.Id);
            json.WriteBoolean("guest", person.IsGuest);
            json.WriteStartArray("groups");
            foreach (string group in person.Groups)
            {
                json.WriteStringValue(group);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteExchange(Utf8JsonWriter json, Exchange exchange)
    {
        json.WriteNumber("begin", exchange.Begin);
        json.WriteNumber("end", exchange.End);
        json.WriteNumber("node", exchange.Node);
        json.WriteString("as", exchange.Caller);
        json.WriteString("method", exchange.Method);
        json.WriteString("path", exchange.Path);
        if (exchange.Tag is not null)
        {
            json.WriteString("tag", exchange.Tag);
        }

        WriteText(json, "body", exchange.Body);
        if (exchange.Status is { } status)
        {
            json.WriteNumber("status", status);
        }

        if (exchange.RetryAfter is { } wait)
        {
            json.WriteNumber("retryAfter", wait);
        }

        if (exchange.Failure != Failure.None)
        {
            json.WriteString("failure", exchange.Failure.ToString());
        }

        WriteText(json, "answer", exchange.Answer);
    }

    /// <summary>As JSON where it is some on one line, else as a text.</summary>
    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        json.WritePropertyName(name);
        if (text[0] == '{' && !text.Contains('\n', StringComparison.Ordinal) && IsJson(text))
        {
            json.WriteRawValue(text, skipInputValidation: true);
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? TextOrNull(JsonElement line, string name) =>
        !line.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();
}

using System.Globalization;
using System.Text;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Faults;

/// <summary>Shows a rule as it could be sent again, with what it did.</summary>
internal static class FaultJson
{
    public static void Write(Utf8JsonWriter writer, FaultView view, bool withHits)
    {
        FaultRule rule = view.Rule;
        writer.WriteStartObject();
        writer.WriteString("id", view.Id);
        WriteText("displayName", rule.DisplayName);
        writer.WriteString("kind", WireNames<FaultKind>.Get(rule.Kind));
        WriteMatch(writer, rule.Match);
        writer.WriteNumber("fromCall", rule.FromCall);
        Number("toCall", rule.ToCall);
        if (rule.Probability is { } probability)
        {
            writer.WriteNumber("probability", probability);
            writer.WriteNumber("seed", rule.Seed);
        }

        Number("count", rule.Count);
        WriteText("expirationDateTime", rule.Expires is { } expires ? Text(expires) : null);
        if (rule.Kind == FaultKind.SchemaOperation)
        {
            writer.WritePropertyName("operationError");
            rule.OperationError!.Write(writer);
        }
        else
        {
            writer.WriteString("when", WireNames<FaultMoment>.Get(rule.When));
            WriteText("delay", rule.Delay is { } delay ? GraphDuration.ToText(delay) : null);
            WriteAnswer(writer, rule.Answer);
            writer.WriteBoolean("abort", rule.Abort);
            Number("truncateAt", rule.TruncateAt);
        }

        writer.WriteBoolean("isActive", view.IsActive);
        writer.WriteNumber("calls", view.Calls);
        writer.WriteNumber("hits", view.Hits);
        if (withHits)
        {
            WriteHits(writer, view.LastHits);
        }

        writer.WriteEndObject();

        void WriteText(string name, string? value)
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }

        void Number(string name, int? value)
        {
            if (value is { } number)
            {
                writer.WriteNumber(name, number);
            }
        }
    }

    private static void WriteMatch(Utf8JsonWriter writer, FaultMatch match)
    {
        writer.WriteStartObject("match");
        if (match.Methods is not null)
        {
            writer.WriteStartArray("methods");
            foreach (string method in match.Methods)
            {
                writer.WriteStringValue(method);
            }

            writer.WriteEndArray();
        }

        WriteText("path", match.Path?.Text);
        WriteText("version", match.Version?.Segment());
        WriteText("tenantId", match.TenantId);
        WriteText("appId", match.AppId);
        WriteText("connectionId", match.ConnectionId);
        writer.WriteEndObject();

        void WriteText(string name, string? value)
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }
    }

    private static void WriteAnswer(Utf8JsonWriter writer, FaultAnswer? answer)
    {
        if (answer is null)
        {
            return;
        }

        writer.WriteStartObject("answer");
        writer.WriteNumber("status", answer.Status);
        if (answer.Error is { } error)
        {
            writer.WriteStartObject("error");
            WriteText("code", error.Code);
            WriteText("message", error.Message);
            if (error.Inner is { } inner)
            {
                writer.WriteStartObject("innerError");
                WriteText("code", inner.Code);
                WriteText("message", inner.Message);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }

        if (answer.Body is { } body)
        {
            writer.WritePropertyName("body");
            if (answer.IsJson)
            {
                writer.WriteRawValue(body.Span);
            }
            else
            {
                writer.WriteStringValue(Encoding.UTF8.GetString(body.Span));
            }
        }

        if (answer.Headers.Count > 0)
        {
            writer.WriteStartObject("headers");
            foreach ((string name, string value) in answer.Headers)
            {
                writer.WriteString(name, value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();

        void WriteText(string name, string? value)
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }
    }

    private static void WriteHits(Utf8JsonWriter writer, IReadOnlyList<FaultHit> hits)
    {
        writer.WriteStartArray("lastHits");
        foreach (FaultHit hit in hits)
        {
            writer.WriteStartObject();
            writer.WriteString("dateTime", Text(hit.Time));
            writer.WriteNumber("call", hit.Call);
            writer.WriteString("method", hit.Method);
            writer.WriteString("path", hit.Path);
            writer.WriteString("requestId", hit.RequestId);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture);
}

using System.Buffers;
using System.Text;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Operations;

/// <summary>
/// <c>microsoft.graph.publicError</c>: why an operation failed. The same shape, one level down, is its <c>innerError</c> (<c>publicInnerError</c>).
/// </summary>
internal sealed record PublicError(string? Code, string? Message, string? Target, IReadOnlyList<PublicErrorDetail> Details, PublicError? InnerError)
{
    public static readonly GraphType DetailType = new(GraphType.Graph + "publicErrorDetail", isOpen: false, "code", "message", "target");

    public static readonly GraphType InnerType = new(
        GraphType.Graph + "publicInnerError", isOpen: true, "code", new("details") { Type = DetailType.Name, IsCollection = true }, "message", "target");

    public static readonly GraphType Type = new(
        GraphType.Graph + "publicError",
        isOpen: false,
        "code",
        new("details") { Type = DetailType.Name, IsCollection = true },
        new("innerError") { Type = InnerType.Name },
        "message",
        "target");

    /// <summary>The documentation's sample of a failed operation.</summary>
    public static readonly PublicError Default = new("InternalServerError", "Server error, something went wrong", null, [], null);

    /// <summary>Reads what <paramref name="body"/> has as <paramref name="name"/>; null, with a problem added unless it is absent, when that is none.</summary>
    public static PublicError? ReadOrNull(GraphObject body, string name, Problems problems) => ReadOrNull(body, name, Type, problems);

    public static PublicError Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var problems = new Problems();
        return GraphObject.Open(document.RootElement, "$", Type, GraphVersion.V1, problems) is { } error && problems.Count == 0
            ? Read(error, problems)
            : throw new InvalidDataException("A stored operation's error is not readable.");
    }

    public string ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, GraphResult.WriterOptions))
        {
            Write(writer);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        WriteText(writer, Code, Message, Target);
        if (Details.Count > 0)
        {
            writer.WriteStartArray("details");
            foreach (PublicErrorDetail detail in Details)
            {
                writer.WriteStartObject();
                WriteText(writer, detail.Code, detail.Message, detail.Target);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (InnerError is not null)
        {
            writer.WritePropertyName("innerError");
            InnerError.Write(writer);
        }

        writer.WriteEndObject();
    }

    private static PublicError? ReadOrNull(GraphObject body, string name, GraphType type, Problems problems) =>
        body.ObjectOrNull(name, type, GraphVersion.V1) is { } error ? Read(error, problems) : null;

    private static PublicError Read(GraphObject error, Problems problems)
    {
        // The inner error is open in the metadata. What else could stand there nobody has seen, so it is refused as in a closed type, instead of lost.
        foreach ((string name, _) in error.Dynamic)
        {
            if (!name.Contains('@', StringComparison.Ordinal) && problems.UnknownMembers == UnknownMembers.Refuse)
            {
                problems.Shape(error.PathOf(name), $"The property '{name}' is not one of code, message, target, details.");
            }
        }

        var details = new List<PublicErrorDetail>();
        foreach ((JsonElement element, string path) in error.Elements("details"))
        {
            if (GraphObject.Open(element, path, DetailType, GraphVersion.V1, problems) is { } detail)
            {
                details.Add(new PublicErrorDetail(detail.StringOrNull("code"), detail.StringOrNull("message"), detail.StringOrNull("target")));
            }
        }

        return new PublicError(
            error.StringOrNull("code"),
            error.StringOrNull("message"),
            error.StringOrNull("target"),
            details,
            ReadOrNull(error, "innerError", InnerType, problems));
    }

    private static void WriteText(Utf8JsonWriter writer, string? code, string? message, string? target)
    {
        Write("code", code);
        Write("message", message);
        Write("target", target);

        void Write(string name, string? value)
        {
            if (value is not null)
            {
                writer.WriteString(name, value);
            }
        }
    }
}

internal sealed record PublicErrorDetail(string? Code, string? Message, string? Target);

using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Tributary.Graph;

namespace Tributary.Batch;

/// <summary>
/// Reads the frame of a batch (https://learn.microsoft.com/graph/json-batching) and leaves the bodies in it where they are: whether one of them is sound is the
/// business of its part, and a document of the whole would take several times its bytes. Members that are not known are passed over, as on the real service.
/// </summary>
internal ref struct BatchReader
{
    private const int LongestQuotation = 100;

    /// <summary>Of one part. More than any request has; what they may be together is the business of the part (431).</summary>
    private const int MostHeaders = 100;
    private const string NoText = "A text in the batch is not valid UTF-8, or has half of a surrogate pair.";

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly ArraySegment<byte> _bytes;
    private readonly int _maxParts;
    private readonly List<Sent> _sent = [];
    private Utf8JsonReader _json;
    private GraphError? _error;

    private BatchReader(ArraySegment<byte> bytes, int maxParts)
    {
        _bytes = bytes;
        _maxParts = maxParts;

        // However deep a body is, only its own part is refused for it.
        _json = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = int.MaxValue });
    }

    /// <summary>The parts in their order, or the error that the whole batch is answered with. Their bodies are slices of <paramref name="bytes"/>.</summary>
    public static (IReadOnlyList<BatchPart> Parts, GraphError? Error) Read(Memory<byte> bytes, int maxParts)
    {
        MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment);
        var reader = new BatchReader(segment, maxParts);
        try
        {
            reader.ReadBatch();
        }
        catch (JsonException exception)
        {
            return ([], GraphErrors.InvalidBatch(RequestBody.ReasonOf(exception)));
        }
        catch (InvalidOperationException)
        {
            return ([], GraphErrors.InvalidBatch(NoText));
        }

        return reader._error is null ? Link(reader._sent) : ([], reader._error);
    }

    private void ReadBatch()
    {
        bool isThere = false;
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            Refuse("$", "A batch is an object with the member 'requests'.");
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            if (!"requests".Equals(_json.GetString(), StringComparison.OrdinalIgnoreCase))
            {
                _json.Skip();
                continue;
            }

            if (isThere)
            {
                Refuse("$.requests", "The member stands more than once.");
                return;
            }

            isThere = true;
            ReadRequests();
            if (_error is not null)
            {
                return;
            }
        }

        // Throws when anything follows.
        _json.Read();
        if (!isThere)
        {
            Refuse("$.requests", "The member is required.");
        }
    }

    private void ReadRequests()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            Refuse("$.requests", "The member must be an array.");
            return;
        }

        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            if (_sent.Count == _maxParts)
            {
                _error = GraphErrors.BatchTooLong(_maxParts);
                return;
            }

            ReadRequest($"$.requests[{_sent.Count}]");
            if (_error is not null)
            {
                return;
            }
        }

        if (_sent.Count == 0)
        {
            Refuse("$.requests", "A batch holds at least one request.");
        }
    }

    private void ReadRequest(string path)
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            Refuse(path, "A request is an object with the members id, method and url.");
            return;
        }

        var sent = new Sent();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (_error is null && _json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string name = _json.GetString()!.ToLowerInvariant();
            if (name is not ("id" or "method" or "url" or "headers" or "body" or "dependson" or "depends_on"))
            {
                // atomicityGroup is one of them: there are no transactions over parts (protocol 11.1).
                _json.Skip();
                continue;
            }

            if (!seen.Add(name))
            {
                Refuse($"{path}.{name}", "The member stands more than once.");
                return;
            }

            _json.Read();
            switch (name)
            {
                case "id":
                    sent.Id = ReadId($"{path}.id");
                    break;
                case "method":
                    sent.Method = ReadText($"{path}.method");
                    break;
                case "url":
                    sent.Url = ReadText($"{path}.url");
                    break;
                case "headers":
                    ReadHeaders($"{path}.headers", sent.Headers);
                    break;
                case "body":
                    sent.Body = ReadBody();
                    break;
                default:
                    // The Python client was seen to write depends_on (protocol 18 item 6).
                    ReadDependencies($"{path}.dependsOn", sent.DependsOn);
                    break;
            }
        }

        if (_error is null && Check(sent, path))
        {
            _sent.Add(sent);
        }
    }

    private bool Check(Sent sent, string path)
    {
        if (string.IsNullOrEmpty(sent.Id))
        {
            Refuse($"{path}.id", "The id is required.");
        }
        else if (string.IsNullOrEmpty(sent.Method))
        {
            Refuse($"{path}.method", "The method is required.");
        }
        else if (sent.Method.AsSpan().ContainsAnyExcept(TokenCharacters))
        {
            Refuse($"{path}.method", $"'{Cut(sent.Method)}' is no HTTP method.");
        }
        else if (string.IsNullOrEmpty(sent.Url))
        {
            Refuse($"{path}.url", "The url is required.");
        }

        return _error is null;
    }

    /// <summary>A number is taken too, and echoed as a string (protocol 19 item 8).</summary>
    private string? ReadId(string path) => _json.TokenType == JsonTokenType.Number ? Encoding.ASCII.GetString(_json.ValueSpan) : ReadText(path);

    /// <summary>Null stands for an absent member.</summary>
    private string? ReadText(string path)
    {
        if (_json.TokenType is JsonTokenType.String or JsonTokenType.Null)
        {
            return _json.GetString();
        }

        Refuse(path, "The member must be a string.");
        return null;
    }

    private void ReadHeaders(string path, Dictionary<string, string> headers)
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return;
        }

        if (_json.TokenType != JsonTokenType.StartObject)
        {
            Refuse(path, "The member must be an object of strings.");
            return;
        }

        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            string name = _json.GetString()!;
            _json.Read();
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters))
            {
                Refuse(path, $"'{Cut(name)}' is no name of a header.");
                return;
            }

            if (_json.TokenType != JsonTokenType.String)
            {
                Refuse($"{path}.{Cut(name)}", "The value of a header must be a string.");
                return;
            }

            string value = _json.GetString()!;
            if (value.Any(character => char.IsControl(character) && character != '\t'))
            {
                Refuse($"{path}.{Cut(name)}", "The value of a header must not have control characters.");
                return;
            }

            if (!headers.TryAdd(name, value))
            {
                Refuse($"{path}.{Cut(name)}", "The header stands more than once.");
                return;
            }

            if (headers.Count > MostHeaders)
            {
                Refuse(path, $"There are more than {MostHeaders} headers.");
                return;
            }
        }
    }

    /// <summary>Null stands for an absent member.</summary>
    private ArraySegment<byte> ReadBody()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return default;
        }

        int start = (int)_json.TokenStartIndex;
        _json.Skip();
        return _bytes[start..(int)_json.BytesConsumed];
    }

    private void ReadDependencies(string path, List<string> dependsOn)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                return;
            case JsonTokenType.String or JsonTokenType.Number:
                dependsOn.Add(ReadId(path)!);
                return;
            case JsonTokenType.StartArray:
                while (_json.Read() && _json.TokenType is JsonTokenType.String or JsonTokenType.Number)
                {
                    if (dependsOn.Count == _maxParts)
                    {
                        Refuse(path, $"There are more than {_maxParts} ids.");
                        return;
                    }

                    dependsOn.Add(ReadId(path)!);
                }

                if (_json.TokenType == JsonTokenType.EndArray)
                {
                    return;
                }

                break;
        }

        Refuse(path, "The member must be an array of ids.");
    }

    /// <summary>Ids are unique ignoring case, and a part depends on earlier ones only: with that alone there is no cycle.</summary>
    private static (IReadOnlyList<BatchPart> Parts, GraphError? Error) Link(List<Sent> sent)
    {
        var places = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < sent.Count; i++)
        {
            if (!places.TryAdd(sent[i].Id!, i))
            {
                return ([], GraphErrors.BatchIdNotUnique(Cut(sent[i].Id!)));
            }
        }

        var parts = new List<BatchPart>(sent.Count);
        for (int i = 0; i < sent.Count; i++)
        {
            var dependsOn = new List<int>();
            foreach (string id in sent[i].DependsOn)
            {
                string? problem = !places.TryGetValue(id, out int place) ? $"'{Cut(id)}' names no request of the batch."
                    : place == i ? "It depends on itself."
                    : place > i ? $"'{Cut(id)}' stands later; a request can depend on earlier ones only."
                    : null;
                if (problem is not null)
                {
                    return ([], GraphErrors.InvalidBatchDependency(Cut(sent[i].Id!), problem));
                }

                if (!dependsOn.Contains(place))
                {
                    dependsOn.Add(place);
                }
            }

            parts.Add(new BatchPart
            {
                Id = sent[i].Id!,
                Method = sent[i].Method!.ToUpperInvariant(),
                Url = sent[i].Url!,
                Headers = sent[i].Headers,
                Body = sent[i].Body,
                DependsOn = dependsOn,
            });
        }

        return (parts, null);
    }

    private void Refuse(string path, string reason) => _error = GraphErrors.InvalidBatch($"{path}: {reason}");

    /// <summary>What a client wrote comes back in an error, but not megabytes of it.</summary>
    private static string Cut(string text) => text.Length <= LongestQuotation
        ? text
        : $"{text.AsSpan(0, char.IsHighSurrogate(text[LongestQuotation - 1]) ? LongestQuotation - 1 : LongestQuotation)}…";

    /// <summary>A request as it is read, before it is known whether everything is there.</summary>
    private sealed class Sent
    {
        public string? Id { get; set; }

        public string? Method { get; set; }

        public string? Url { get; set; }

        public Dictionary<string, string> Headers { get; } = new(StringComparer.OrdinalIgnoreCase);

        public ArraySegment<byte> Body { get; set; }

        public List<string> DependsOn { get; } = [];
    }
}
